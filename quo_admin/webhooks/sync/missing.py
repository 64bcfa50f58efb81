"""Webhooks that a sync finds missing at Quo."""

from datetime import datetime

from quo_admin import clock
from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.webhooks.changes import changing
from quo_admin.webhooks.models import Drift, MemberList, Webhook
from quo_admin.webhooks.models.drift import NO_DRIFT
from quo_admin.webhooks.sync import compare, drift
from quo_admin.workspace.models import Member
from quo_admin.workspace.sync_parts import Counts

DELETES = [Action.DELETE_STARTED, Action.DELETE_REFUSED, Action.DELETE_UNKNOWN]


def find_missing(actor: str, started: datetime) -> Counts:
    """Mark webhooks that no list of this sync contained, and count them.

    Only of members whose list was read, and only webhooks that we knew before the list was
    requested.
    """
    missing, now = 0, clock.now()
    unread = MemberList.objects.unread_since(started, by=now)
    lists = MemberList.objects.exclude(pk__in=unread).values_list("member_id", "read_at")
    read = {member: read_at for member, read_at in lists if read_at}
    known = Webhook.objects.live().defer("key_sealed").order_by("pk")
    for member, requested_at in read.items():
        unseen = clock.not_since("last_seen_at", requested_at, now=now)
        for webhook in list(known.filter(unseen, user_id=member)):
            missing += _mark_missing(webhook, actor=actor, requested_at=requested_at)
    # then the others are in nobody's list
    if not unread.exists() and Member.objects.read_since(started):
        unseen = clock.not_since("last_seen_at", started, now=now)
        for webhook in list(known.exclude(user_id__in=read).filter(unseen)):
            missing += _mark_missing(webhook, actor=actor, requested_at=started)
    return {Drift.MISSING.phrase: missing} if missing else {}


def _mark_missing(webhook: Webhook, *, actor: str, requested_at: datetime) -> bool:
    """Mark it missing, deleted by the user whose deletion got no response, if there was one."""
    deletion = (
        Entry.objects.filter(target=webhook.quo_id, action__in=DELETES).newest_first().first()
    )
    deleted_by = deletion.actor if deletion and deletion.action != Action.DELETE_REFUSED else ""
    rows = Webhook.objects.live().filter(pk=webhook.pk, last_seen_at=webhook.last_seen_at)
    with changing() as change:
        change.add(webhook.pk)
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
                [
                    "state",
                    f"last seen {drift.moment_text(webhook.last_seen_at)}",
                    "not returned by Quo",
                ]
            ]
            drift.mark(webhook, Drift.MISSING, found, actor=actor)
    return True
