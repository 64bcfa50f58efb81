"""What a webhook's page shows, worked out for the template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from quo_admin.audit.models import Entry
from quo_admin.quo import spec
from quo_admin.template_tags import pairs
from quo_admin.times import ago
from quo_admin.webhooks.inventory.also_sent_to import SHOWN, OtherWebhook, also_sent_to
from quo_admin.webhooks.keys import access
from quo_admin.webhooks.models import Drift, MemberList, Webhook
from quo_admin.webhooks.models.freshness import nothing_read
from quo_admin.webhooks.policies.descriptions import describe
from quo_admin.webhooks.policies.findings import of_webhook
from quo_admin.webhooks.states import State, drift_state, missing_state, status_label, status_state
from quo_admin.webhooks.summary import Part, sentence
from quo_admin.workspace.models import Member, Number, Sync

FINDINGS_SHOWN = 20
NUMBERS_SHOWN = 200
ENTRIES = 50  # of the audit log
EVENTS = {
    (spec.MessageEvent.RECEIVED,): "Message received",
    (spec.MessageEvent.DELIVERED,): "Message delivered",
}


@dataclass(frozen=True)
class OtherEndpoints:
    """Other webhooks that send the same events; ``more_url`` lists them if there are more."""

    webhooks: Sequence[OtherWebhook]
    more_url: str

    @classmethod
    def of(cls, others: Sequence[OtherWebhook], resource_id: str) -> "OtherEndpoints":
        url = f"{reverse('webhooks:list')}?{urlencode({'number': resource_id})}"
        return cls(others[:SHOWN], url if len(others) > SHOWN else "")


@dataclass(frozen=True)
class NumberRow:
    """One number of the webhook. ``number`` is None if we do not know it."""

    id: str
    number: Number | None
    also: OtherEndpoints

    @property
    def name(self) -> str:
        return (self.number.name or "No name") if self.number else "Unknown number"

    @property
    def left(self) -> State | None:
        if self.number is None or self.number.missing_since is None:
            return None
        return State("gone", format_html("Removed {}", ago(self.number.missing_since)))


@dataclass(frozen=True)
class DriftNotice:
    """How the webhook differs from what was known here, and what to do about it.

    ``changes`` are field, old value and new value.
    """

    mark: str
    heading: str
    text: str
    changes: list[tuple[str, str, str]]
    since: datetime | None


def page_context(webhook: Webhook) -> dict[str, Any]:
    """Return what a webhook's page shows. Audit entries are read only if the page shows them."""
    ids = [id for id in dict.fromkeys(webhook.resource_ids or ()) if id != spec.ALL_PHONE_NUMBERS]
    known = Number.objects.filter(quo_id__in=webhook.subscriptions.values("resource_id"))
    numbers = {number.quo_id: number for number in known}
    others = also_sent_to(webhook, ids[:NUMBERS_SHOWN])
    findings = describe([webhook], {webhook.pk: of_webhook(webhook)})[webhook.pk]
    findings.sort(key=lambda finding: finding.acknowledged is not None)
    open_count = sum(finding.acknowledged is None for finding in findings)
    member = Member.objects.filter(quo_id=webhook.user_id or "").first()
    stale = _stale(webhook)
    everywhere = [] if webhook.covers_all_numbers else others[spec.ALL_PHONE_NUMBERS]
    return {
        "webhook": webhook,
        "state": _state(webhook, stale),
        "drift_state": None if webhook.missing_since else drift_state(webhook),
        "finding_state": State(findings[0].policy.mark, _findings(open_count))
        if open_count
        else None,
        "seen_note": _seen_note(webhook, stale),
        "missing": missing_state(webhook)
        if webhook.missing_since and webhook.drift != Drift.MISSING
        else None,
        "drift": _drift_notice(webhook, member) if webhook.drift else None,
        "status": _status(webhook),
        "deleted": _deleted(webhook),
        "findings": findings[:FINDINGS_SHOWN],
        "findings_more": max(len(findings) - FINDINGS_SHOWN, 0),
        "key": None,  # only the view of a one-time link sets it
        "seen": access.seen_by(webhook),
        "lead": _lead(webhook, [str(numbers.get(id, id)) for id in ids]),
        "numbers": [
            NumberRow(id, numbers.get(id), OtherEndpoints.of(others[id], id))
            for id in ids[:NUMBERS_SHOWN]
        ],
        "scope": _scope(webhook, ids, numbers),
        "more": max(len(ids) - NUMBERS_SHOWN, 0),
        "everywhere": OtherEndpoints.of(everywhere, spec.ALL_PHONE_NUMBERS),
        "same_events": EVENTS.get(tuple(sorted(webhook.events or ())), "the same events"),
        "member": member,
        "attempt": getattr(webhook, "attempt", None),
        "entries": Entry.objects.filter(target=webhook.quo_id).newest_first()[:ENTRIES],
    }


def _findings(count: int) -> str:
    return f"{count} finding{'' if count == 1 else 's'}"


def _state(webhook: Webhook, stale: str) -> State:
    if stale and not webhook.missing_since:
        label = format_html("Not checked since {}: {}", ago(webhook.last_seen_at), stale)
        return State("stale", label)
    return status_state(webhook)


def _seen_note(webhook: Webhook, stale: str) -> str:
    """Return how fresh the state is: its last known value, or when it was last in a list."""
    if stale and not webhook.missing_since:
        return f"{status_label(webhook.status)} when last read"
    synced = not webhook.missing_since and not webhook.drift
    return format_html("{} {}", "In sync" if synced else "Last seen", ago(webhook.last_seen_at))


def _status(webhook: Webhook) -> str | None:
    """Return Quo's status. Of a webhook that is gone it is the last one we read."""
    if webhook.status is None:
        return None
    gone = " when last read" if webhook.missing_since else ""
    return f"{status_label(webhook.status)}{gone}" if webhook.status else ""


def _deleted(webhook: Webhook) -> str:
    """Return who deleted the webhook and when, as far as we or Quo know."""
    if webhook.deleted_by:
        return format_html("{} by {}", ago(webhook.missing_since), webhook.deleted_by)
    if webhook.deleted_at:
        return format_html("{} at Quo", ago(webhook.deleted_at))
    if webhook.missing_since:
        return format_html(
            "Between {} (last seen) and {} (missing)",
            ago(webhook.last_seen_at),
            ago(webhook.missing_since),
        )
    return "No"


def _scope(webhook: Webhook, ids: list[str], numbers: dict[str, Number]) -> str:
    """Return how many numbers the webhook names."""
    if webhook.covers_all_numbers:
        return "All, including numbers added later"
    left = sum(number.missing_since is not None for number in numbers.values())
    count = str(len(ids)) if ids else ""
    return f"{count}, {left} of them removed" if left else count


def _drift_notice(webhook: Webhook, member: Member | None) -> DriftNotice:
    since = ago(webhook.drift_since)
    whom = f"{member}, its member in Quo" if member else "its member in Quo"
    notices = {
        Drift.NOT_CREATED_HERE: (
            "new",
            "Not created here, found {}",
            "This webhook was created with another tool, or before Quo Admin was set up. If you "
            f"know what it is for, accept it. If not, ask {whom}.",
        ),
        Drift.CHANGED: (
            "warn",
            "Changed at Quo, found {}",
            "Somebody changed this webhook outside Quo Admin. Find out who, and whether it was "
            "intended. This page shows the current details from Quo.",
        ),
        Drift.KEY_CHANGED: (
            "warn",
            "Key changed at Quo, found {}",
            "Your endpoint may still verify deliveries with the old key. The new key is stored "
            "here. Hand it over, check that deliveries arrive, then accept the change.",
        ),
        Drift.MISSING: (
            "gone gap",
            "Missing at Quo since {}",
            "This webhook was deleted outside Quo Admin and no longer sends deliveries. If you "
            "still need it, create a copy. Its last details, key and history stay here.",
        ),
    }
    mark, heading, text = notices[Drift(webhook.drift)]
    return DriftNotice(
        mark=mark,
        heading=format_html(heading, since),
        text=text,
        changes=[_change(*change) for change in webhook.drift_details],
        since=webhook.drift_since,
    )


def _change(field: str, before: str, after: str) -> tuple[str, str, str]:
    if field == "key":
        before, after = pairs(before), pairs(after)
    return field[:1].upper() + field[1:], before or "empty", after or "empty"


def _stale(webhook: Webhook) -> str:
    """Return why the last sync could not read this webhook, or "".

    A webhook without a member may be in any list.
    """
    last = Sync.objects.ended().newest()
    if nothing_read(last):
        return "no sync has read any webhooks yet"
    lists = MemberList.objects.stale(last)
    unread = (lists.filter(member_id=webhook.user_id) if webhook.user_id else lists).first()
    return (unread.failure or "the webhooks of its member were not read") if unread else ""


def _lead(webhook: Webhook, names: list[str]) -> list[Part]:
    """Return the summary sentence; nothing if the webhook is gone or Quo returned too little."""
    if webhook.missing_since or not (webhook.events and webhook.resource_ids and webhook.host):
        return []
    return sentence(
        events=webhook.events,
        names=names,
        all_numbers=webhook.covers_all_numbers,
        known=Number.objects.current().count(),
        host=webhook.host,
        disabled=webhook.status == spec.Status.DISABLED,
        created=True,
    )
