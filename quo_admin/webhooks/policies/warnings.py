"""Policies that warn on the create form: ours, stricter than Quo's document.

Each is confirmed by its name, and the names are an interface. Confirming a policy that does not
apply has no effect.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Q

from quo_admin.quo import spec
from quo_admin.quo.types import NewMessageWebhook
from quo_admin.webhooks.endpoints import host_of, is_unreachable, normalized_url
from quo_admin.webhooks.models import Attempt, Subscription, Webhook
from quo_admin.workspace.models import Number

MANY = 10  # numbers; Quo's integration partner packs by ten and calls it a limit of the API


class PolicyName(StrEnum):
    PLAIN_HTTP = "plain-http"
    ALL_NUMBERS = "all-numbers"
    MANY_NUMBERS = "many-numbers"
    DISABLED = "disabled"
    UNREACHABLE = "unreachable"
    DOUBLED = "doubled"


@dataclass(frozen=True)
class PolicyWarning:
    """A policy that a requested webhook breaks: the consequence, and why it matters."""

    policy: PolicyName
    title: str
    reason: str


def warnings_for(wanted: NewMessageWebhook) -> list[PolicyWarning]:
    """Return the warnings for this request, in the order of PolicyName."""
    doubled = _doubled(wanted)
    return [*_warnings_for_itself(wanted), *([doubled] if doubled else [])]


def warnings_for_plan(largest: NewMessageWebhook | None) -> list[PolicyWarning]:
    """Return the warnings for the webhooks of one plan, given its largest webhook.

    Without duplicates: a plan skips or blocks what would be sent twice.
    """
    return _warnings_for_itself(largest) if largest else []


def _warnings_for_itself(wanted: NewMessageWebhook) -> list[PolicyWarning]:
    found = (
        _plain_http(wanted),
        _all_numbers(wanted),
        _many_numbers(wanted),
        _disabled(wanted),
        _unreachable(wanted),
    )
    return [warning for warning in found if warning]


def _plain_http(wanted: NewMessageWebhook) -> PolicyWarning | None:
    if not wanted.url.lower().startswith("http:"):
        return None
    return PolicyWarning(
        PolicyName.PLAIN_HTTP,
        "Not encrypted: anyone on the network path can read these messages",
        "The endpoint URL begins with http://. Ask the team that runs the endpoint for an "
        "https:// URL.",
    )


def _all_numbers(wanted: NewMessageWebhook) -> PolicyWarning | None:
    if not covers_all(wanted.resource_ids):
        return None
    known = Number.objects.current().count()
    now = f"{known} now, and numbers added later" if known else "including numbers added later"
    return PolicyWarning(
        PolicyName.ALL_NUMBERS,
        f"All numbers: {now}",
        "Numbers that you add later are included automatically.",
    )


def _many_numbers(wanted: NewMessageWebhook) -> PolicyWarning | None:
    if len(wanted.resource_ids) <= MANY:
        return None
    return PolicyWarning(
        PolicyName.MANY_NUMBERS,
        f"{len(wanted.resource_ids)} numbers in one webhook",
        f"Quo may reject more than {MANY}. Quo cannot edit a webhook either: to remove one number, "
        "the webhook must be replaced for all.",
    )


def _disabled(wanted: NewMessageWebhook) -> PolicyWarning | None:
    if wanted.status != spec.Status.DISABLED:
        return None
    return PolicyWarning(
        PolicyName.DISABLED,
        "Disabled (permanent)",
        "It will send nothing, and Quo cannot enable it later.",
    )


def _unreachable(wanted: NewMessageWebhook) -> PolicyWarning | None:
    if not is_unreachable(wanted.url):
        return None
    return PolicyWarning(
        PolicyName.UNREACHABLE,
        f"Quo cannot reach {host_of(wanted.url)}",
        "The host is local or private. Use an endpoint URL that is reachable from the internet.",
    )


def _doubled(wanted: NewMessageWebhook) -> PolicyWarning | None:
    # Attempts first: an attempt that ends between the two queries is then found by the second, as
    # the webhook that it created. In the other order, neither would find it.
    attempts = [each for each in Attempt.objects.open() if _same_payload(wanted, each.payload)]
    rows = [row for row in _rows_of(wanted) if _same_way(wanted, row.webhook)]
    names = sorted({f"“{row.webhook}”" for row in rows})
    names += [f"attempt {attempt.pk} (not finished)" for attempt in attempts]
    if not names:
        return None
    ids = {row.resource_id for row in rows}
    which = "" if not rows or covers_all((*ids, *wanted.resource_ids)) else f" for {_count(ids)}"
    verb = "send" if len(names) > 1 else "sends"
    return PolicyWarning(
        PolicyName.DOUBLED,
        f"Every message will arrive twice{which}"
        if rows
        else "There may be two webhooks, and every message arrives twice",
        f"{_list(names)} already {verb} the same events of the same numbers to this URL, or may do "
        "so soon. The endpoint receives each message again.",
    )


def _rows_of(wanted: NewMessageWebhook) -> Iterable[Subscription]:
    """Return the stored subscriptions to the same events of the same numbers at the same host."""
    rows = Subscription.objects.filter(
        webhook__missing_since__isnull=True,
        webhook__host=host_of(wanted.url),
        event__in=wanted.events,
    ).select_related("webhook")
    if covers_all(wanted.resource_ids):
        return rows
    named = Q(resource_id__in=wanted.resource_ids) | Q(resource_id=spec.ALL_PHONE_NUMBERS)
    return rows.filter(named)


def _same_way(wanted: NewMessageWebhook, webhook: Webhook) -> bool:
    """Whether both have the same endpoint URL, and both send or neither ever will."""
    return normalized_url(webhook.url) == normalized_url(wanted.url) and (
        (webhook.status == spec.Status.DISABLED) == (wanted.status == spec.Status.DISABLED)
    )


def _same_payload(wanted: NewMessageWebhook, payload: dict[str, Any]) -> bool:
    ids = set(payload["resourceIds"])
    numbers = set(wanted.resource_ids)
    return (
        normalized_url(payload["url"]) == normalized_url(wanted.url)
        and not set(payload["events"]).isdisjoint(wanted.events)
        and (covers_all((*ids, *numbers)) or not ids.isdisjoint(numbers))
        and payload["status"] == wanted.status.value
    )


def covers_all(ids: Iterable[str]) -> bool:
    return spec.ALL_PHONE_NUMBERS in ids


def _count(ids: set[str]) -> str:
    return "one number" if len(ids) == 1 else f"{len(ids)} numbers"


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
