"""The drift of a webhook: a sync marks it and records it, and staff accept it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from quo_admin import clock
from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.times import exact
from quo_admin.webhooks.models import Drift, Webhook
from quo_admin.webhooks.models.drift import NO_DRIFT
from quo_admin.webhooks.sync import compare

STATE = "state"
FLAPPING = "missing and back more than once"
ACTIONS = {
    Drift.NOT_CREATED_HERE: Action.WEBHOOK_NOT_CREATED_HERE,
    Drift.CHANGED: Action.WEBHOOK_CHANGED,
    Drift.KEY_CHANGED: Action.KEY_CHANGED,
    Drift.MISSING: Action.WEBHOOK_MISSING,
}


def mark(webhook: Webhook, kind: str, found: compare.Differences, *, actor: str) -> None:
    """Mark the webhook and record the differences in the audit log.

    One that goes missing and comes back again and again is recorded twice, until it is accepted.

    Marked as of now, not of the request to Quo: a page rendered in between does not show it.
    """
    details = [*webhook.drift_details, *found]
    if flapping := _is_flapping(webhook, found):
        details = _once(details)
    shown = (
        Drift.KEY_CHANGED if (webhook.drift, kind) == (Drift.KEY_CHANGED, Drift.CHANGED) else kind
    )
    Webhook.objects.filter(pk=webhook.pk).update(
        drift=shown,
        drift_since=clock.now(),
        drift_details=details,
    )
    if flapping:
        return
    before, after = compare.words(found)
    audit.record(
        actor=actor,
        action=ACTIONS[Drift(kind)],
        target=webhook.quo_id,
        label=str(webhook),
        before=before,
        after=after,
    )


def _is_flapping(webhook: Webhook, found: compare.Differences) -> bool:
    """Whether it is only missing or back again, after it was both since the last acceptance."""
    was_back = any(
        field == STATE and after in {compare.BACK, FLAPPING}
        for field, _, after in webhook.drift_details
    )
    return was_back and all(field == STATE for field, _, _ in found)


def _once(details: compare.Differences) -> compare.Differences:
    """Return the differences with those of the state as one."""
    first = next(before for field, before, _ in details if field == STATE)
    others = [each for each in details if each[0] != STATE]
    return [*others, [STATE, first, FLAPPING]]


def new() -> dict[str, Any]:
    """Return the columns of a webhook that was not created here."""
    return {"drift": Drift.NOT_CREATED_HERE.value, "drift_since": clock.now()}


def mark_new(webhooks: Sequence[Webhook], *, actor: str) -> None:
    """Record webhooks that a sync found and stored as "not created here"."""
    changes = [
        audit.Change(
            target=webhook.quo_id,
            label=str(webhook),
            after=f"{webhook.event_set.replace(',', ', ')} to {webhook.address}, "
            f"created {moment_text(webhook.created_at)}",
        )
        for webhook in webhooks
    ]
    audit.record_all(actor=actor, action=ACTIONS[Drift.NOT_CREATED_HERE], changes=changes)


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


def moment_text(moment: datetime | None) -> str:
    """Return a time as differences and the audit log show it."""
    return exact(moment) if moment else "at an unknown time"
