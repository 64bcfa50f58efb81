"""The policies that speak before a create: ours, stricter than Quo's document.

Each is accepted by its name; the names are an interface. A policy that is accepted needlessly does
no harm.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Q

from quo_admin.quo import spec
from quo_admin.quo.types import NewMessageWebhook
from quo_admin.webhooks.endpoints import host_of, normalized_url
from quo_admin.webhooks.models import Attempt, Subscription, Webhook
from quo_admin.workspace.models import Number

MANY = 10  # numbers; Quo's integration partner packs by ten and calls it a limit of the API


class PolicyName(StrEnum):
    PLAIN_HTTP = "plain-http"
    ALL_NUMBERS = "all-numbers"
    MANY_NUMBERS = "many-numbers"
    DISABLED = "disabled"
    DOUBLED = "doubled"


@dataclass(frozen=True)
class PolicyWarning:
    """A policy that a wanted webhook breaks: what follows, and why that matters."""

    policy: PolicyName
    title: str
    reason: str


def warnings_for(wanted: NewMessageWebhook) -> list[PolicyWarning]:
    """Return what the policies say of this request, in the order of their names above."""
    unconfirmed = [
        _plain_http(wanted),
        _all_numbers(wanted),
        _many_numbers(wanted),
        _disabled(wanted),
    ]
    return [finding for finding in (*unconfirmed, _doubled(wanted)) if finding]


def warnings_for_all(wanted: Iterable[NewMessageWebhook]) -> list[PolicyWarning]:
    """Return the warnings for the webhooks of one plan: the largest one gets all of them.

    Duplicates are left out: a plan skips or blocks what would be sent twice.
    """
    largest = max(wanted, key=lambda each: len(each.resource_ids), default=None)
    found = warnings_for(largest) if largest else []
    return [warning for warning in found if warning.policy != PolicyName.DOUBLED]


def _plain_http(wanted: NewMessageWebhook) -> PolicyWarning | None:
    if not wanted.url.lower().startswith("http:"):
        return None
    return PolicyWarning(
        PolicyName.PLAIN_HTTP,
        "Anyone on the way can read the texts",
        "The address begins with http://, so they travel in clear. "
        "Ask the receiving team for an https:// address.",
    )


def _all_numbers(wanted: NewMessageWebhook) -> PolicyWarning | None:
    if not covers_all(wanted.resource_ids):
        return None
    known = Number.objects.current().count()
    now = f"{known} now, and those bought later" if known else "those bought later too"
    return PolicyWarning(
        PolicyName.ALL_NUMBERS,
        f"All numbers: {now}",
        "Texts of a number that is bought next year will go there too, without anybody's "
        "deciding it.",
    )


def _many_numbers(wanted: NewMessageWebhook) -> PolicyWarning | None:
    if len(wanted.resource_ids) <= MANY:
        return None
    return PolicyWarning(
        PolicyName.MANY_NUMBERS,
        f"{len(wanted.resource_ids)} numbers in one webhook",
        f"More than {MANY} may be refused by Quo. And a webhook cannot be changed: to take one "
        "number out, it has to be made anew for all.",
    )


def _disabled(wanted: NewMessageWebhook) -> PolicyWarning | None:
    if wanted.status != spec.Status.DISABLED:
        return None
    return PolicyWarning(
        PolicyName.DISABLED,
        "Disabled (permanent)",
        "It will send nothing, and Quo cannot enable it later: another would have to be made.",
    )


def _doubled(wanted: NewMessageWebhook) -> PolicyWarning | None:
    # Attempts first: one that ends between the two questions is then seen by the second, as the
    # webhook that it made. The other way round it would be seen by neither.
    attempts = [each for each in Attempt.objects.open() if _same_payload(wanted, each.payload)]
    rows = [row for row in _rows_of(wanted) if _same_way(wanted, row.webhook)]
    names = sorted({f"“{row.webhook}”" for row in rows})
    names += [f"attempt {attempt.pk}, which has not ended yet," for attempt in attempts]
    if not names:
        return None
    ids = {row.resource_id for row in rows}
    which = "" if not rows or covers_all((*ids, *wanted.resource_ids)) else f" for {_count(ids)}"
    return PolicyWarning(
        PolicyName.DOUBLED,
        f"Every text will arrive twice{which}"
        if rows
        else "There may be two of it, and every text arrives twice",
        f"{_list(names)} already {'send' if len(names) > 1 else 'sends'} the same texts of the "
        "same numbers to this address, or may. The receiving system gets each of them again.",
    )


def _rows_of(wanted: NewMessageWebhook) -> Iterable[Subscription]:
    """Return what is here of the same events of the same numbers to the same host."""
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
    """Say whether both reach one address and both send, or both never will."""
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
