"""The outcomes of reconciling an attempt, each with its audit entry. Call in a transaction."""

from datetime import datetime, timedelta
from typing import Any

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.quo.types import WebhookData
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.store import record_creator, store

State = Attempt.State

WAIT_BEFORE_CHECK = timedelta(minutes=2)  # our limit: until then Quo may still be creating it
PAUSES_S = (5, 15, 30, 60)  # between looks; the last one repeats


def mark_found(attempt: Attempt, webhook: Webhook, *, actor: str) -> None:
    """Store that the attempt created this webhook."""
    before = attempt.get_state_display()
    attempt.step(State.FOUND, webhook=webhook, candidates=[], next_check_at=None)
    record_creator(webhook, by=attempt.actor)
    audit.record(
        actor=actor,
        action=Action.ATTEMPT_FOUND,
        target=webhook.quo_id,
        label=str(webhook),
        before=f"attempt {attempt.pk}: {before}",
        after=f"attempt {attempt.pk}: {attempt.get_state_display()}",
    )


def give_up(attempt: Attempt, *, actor: str) -> None:
    """Mark the attempt as not created."""
    before = attempt.get_state_display()
    attempt.step(State.NOT_CREATED, next_check_at=None)
    audit.record(
        actor=actor,
        action=Action.ATTEMPT_NOT_CREATED,
        target=f"attempt {attempt.pk}",
        label=attempt.label,
        before=before,
        after=attempt.get_state_display(),
    )


def leave_to_a_user(attempt: Attempt, unclear: tuple[WebhookData, ...], *, actor: str) -> None:
    """Keep several matching webhooks as candidates. A person decides between them."""
    ids = [data.id for data in unclear]
    if attempt.candidates != ids:
        audit.record(
            actor=actor,
            action=Action.ATTEMPT_UNCLEAR,
            target=f"attempt {attempt.pk}",
            label=attempt.label,
            after=", ".join(ids),
        )
    attempt.step(State.UNKNOWN, candidates=ids, next_check_at=None)


def check_again_or_give_up(
    attempt: Attempt, doubtful: list[WebhookData], *, requested_at: datetime, actor: str
) -> None:
    """Schedule the next check, or give up if Quo has had time to create the webhook.

    Args:
        doubtful: new webhooks that match, but were created at another time. A person decides: a
            clock may be wrong, and sending again would create a second one.
    """
    quiet_since = attempt.sent_by + WAIT_BEFORE_CHECK
    is_quiet = attempt.check_count and requested_at >= quiet_since
    if attempt.is_future(now=requested_at):  # a clock was wrong: count the looks instead
        is_quiet = attempt.check_count >= len(PAUSES_S)
    if is_quiet and doubtful:
        for data in doubtful:
            store(data)
        leave_to_a_user(attempt, tuple(doubtful), actor=actor)
        return
    if is_quiet:
        give_up(attempt, actor=actor)
        return
    pause = timedelta(seconds=PAUSES_S[min(attempt.check_count, len(PAUSES_S) - 1)])
    again = requested_at + pause
    if requested_at < quiet_since < again:
        again = quiet_since
    values: dict[str, Any] = {
        "check_count": attempt.check_count + 1,
        "next_check_at": again,
        "candidates": [],
    }
    if attempt.state == State.SENDING:
        values["message"] = "The server stopped before the response was saved."
        audit.record(
            actor=actor,
            action=Action.WEBHOOK_UNKNOWN,
            target=f"attempt {attempt.pk}",
            label=attempt.label,
            after=values["message"],
        )
    attempt.step(State.UNKNOWN, **values)
