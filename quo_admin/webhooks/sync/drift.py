"""The drift of a webhook: a sync marks it and records it, and staff accept it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.webhooks.models import Drift, Webhook
from quo_admin.webhooks.models.webhook import NO_DRIFT
from quo_admin.webhooks.sync import compare

ACTIONS = {
    Drift.NOT_CREATED_HERE: Action.WEBHOOK_NOT_CREATED_HERE,
    Drift.CHANGED: Action.WEBHOOK_CHANGED,
    Drift.KEY_CHANGED: Action.KEY_CHANGED,
    Drift.MISSING: Action.WEBHOOK_MISSING,
}
DELETES = [Action.DELETE_STARTED, Action.DELETE_REFUSED, Action.DELETE_UNKNOWN]


def mark(webhook: Webhook, kind: str, found: compare.Differences, *, actor: str) -> None:
    """Mark the webhook and record the differences in the audit log.

    Marked as of now, not of the request to Quo: a page rendered in between does not show it.
    """
    shown = (
        Drift.KEY_CHANGED if (webhook.drift, kind) == (Drift.KEY_CHANGED, Drift.CHANGED) else kind
    )
    Webhook.objects.filter(pk=webhook.pk).update(
        drift=shown,
        drift_since=timezone.now(),
        drift_details=[*webhook.drift_details, *found],
    )
    before, after = compare.words(found)
    if kind == Drift.NOT_CREATED_HERE:
        events = webhook.event_set.replace(",", ", ")
        after = f"{events} to {webhook.address}, created {_moment(webhook.created_at)}"
    audit.record(
        actor=actor,
        action=ACTIONS[Drift(kind)],
        target=webhook.quo_id,
        label=str(webhook),
        before=before,
        after=after,
    )


def mark_missing(webhook: Webhook, *, actor: str, requested_at: datetime) -> bool:
    """Mark it missing, deleted by the user whose deletion got no response, if there was one."""
    deletion = (
        Entry.objects.filter(target=webhook.quo_id, action__in=DELETES).newest_first().first()
    )
    deleted_by = deletion.actor if deletion and deletion.action != Action.DELETE_REFUSED else ""
    rows = Webhook.objects.live().filter(pk=webhook.pk, last_seen_at=webhook.last_seen_at)
    with transaction.atomic():
        known = NO_DRIFT if deleted_by else {}
        if not rows.update(missing_since=requested_at, deleted_by=deleted_by, **known):
            return False
        if deleted_by:
            after = f"deleted by {deleted_by}, although the response was lost"
            audit.record(
                actor=actor,
                action=Action.WEBHOOK_DELETED,
                target=webhook.quo_id,
                label=str(webhook),
                after=after,
            )
        else:
            found: compare.Differences = [
                ["state", f"last seen {_moment(webhook.last_seen_at)}", "not returned by Quo"]
            ]
            mark(webhook, Drift.MISSING, found, actor=actor)
    return True


def accept(*, actor: str, webhooks: Iterable[Webhook]) -> int:
    """Accept Quo's version of these webhooks and record it. Returns how many were accepted."""
    accepted = 0
    for webhook in webhooks:
        rows = Webhook.objects.filter(pk=webhook.pk, drift_since=webhook.drift_since)
        with transaction.atomic():
            if not rows.exclude(drift="").update(**NO_DRIFT):
                continue
            audit.record(
                actor=actor,
                action=Action.DRIFT_ACCEPTED,
                target=webhook.quo_id,
                label=str(webhook),
                before=str(Drift(webhook.drift).label),
                after="in sync",
            )
        accepted += 1
    return accepted


def _moment(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC") if moment else "at an unknown time"
