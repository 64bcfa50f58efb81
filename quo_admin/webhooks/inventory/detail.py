"""What a webhook's page shows, worked out for the template."""

from typing import Any

from django.utils.html import format_html

from quo_admin.audit.models import Entry
from quo_admin.quo import spec
from quo_admin.times import ago
from quo_admin.webhooks.inventory.drift_notice import drift_notice
from quo_admin.webhooks.inventory.numbers_section import named_ids, numbers_section
from quo_admin.webhooks.keys import access
from quo_admin.webhooks.models import Drift, MemberList, Webhook
from quo_admin.webhooks.models.freshness import nothing_read
from quo_admin.webhooks.policies.descriptions import describe
from quo_admin.webhooks.policies.findings import of_webhook
from quo_admin.webhooks.states import State, drift_state, missing_state, status_label, status_state
from quo_admin.webhooks.summary import Part, sentence
from quo_admin.workspace.models import Member, Number, Sync

FINDINGS_SHOWN = 20
ENTRIES = 50  # of the audit log


def page_context(webhook: Webhook) -> dict[str, Any]:
    """Return what a webhook's page shows. Audit entries are read only if the page shows them."""
    ids = named_ids(webhook)
    known = Number.objects.filter(quo_id__in=webhook.subscriptions.values("resource_id"))
    numbers = {number.quo_id: number for number in known}
    findings = describe([webhook], {webhook.pk: of_webhook(webhook)})[webhook.pk]
    findings.sort(key=lambda finding: finding.acknowledged is not None)
    open_count = sum(finding.acknowledged is None for finding in findings)
    member = Member.objects.filter(quo_id=webhook.user_id or "").first()
    stale = _stale(webhook)
    return (
        numbers_section(webhook, ids, numbers)
        | {
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
            "drift": drift_notice(webhook, member) if webhook.drift else None,
            "status": _status(webhook),
            "deleted": _deleted(webhook),
            "findings": findings[:FINDINGS_SHOWN],
            "findings_more": max(len(findings) - FINDINGS_SHOWN, 0),
            "key": None,  # only the view of a one-time link sets it
            "seen": access.seen_by(webhook),
            "lead": _lead(webhook, [str(numbers.get(id, id)) for id in ids]),
            "member": member,
            "attempt": getattr(webhook, "attempt", None),
            "entries": Entry.objects.filter(target=webhook.quo_id).newest_first()[:ENTRIES],
        }
    )


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
        known=Number.objects.current().count() if webhook.covers_all_numbers else 0,
        host=webhook.host,
        disabled=webhook.status == spec.Status.DISABLED,
        created=True,
    )
