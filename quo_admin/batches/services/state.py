"""Changes of a batch's state, each with its audit entry, if the current state allows it."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from quo_admin.audit.actions import Action
from quo_admin.batches.models import Batch
from quo_admin.batches.worker_job import record

State = Batch.State
STATE_PHRASES = {
    State.DRAFT: "has not been started",
    State.RUNNING: "is already running",
    State.PAUSED: "is paused",
    State.STOPPED: "is stopped",
    State.DONE: "is finished",
}


class InvalidBatchState(Exception):
    """The state of the batch does not allow this. The text is for the user."""

    def __init__(self, batch: Batch, why: str = "") -> None:
        super().__init__(
            f"Nothing was changed: {why or f'{batch} {STATE_PHRASES[State(batch.state)]}.'}"
        )


def require_state(batch: Batch, *states: str) -> None:
    """Raise InvalidBatchState unless the batch, as we read it, is in one of these states."""
    if batch.state not in states:
        raise InvalidBatchState(batch)


def change_state(
    batch: Batch, state: str, action: Action, *, actor: str, after: str, **values: Any
) -> None:
    """Change the state and these columns, and record it.

    Raises:
        InvalidBatchState: the batch was changed or deleted meanwhile.
    """
    with transaction.atomic():
        if not batch.step(state, now=timezone.now(), **values):
            current = Batch.objects.filter(pk=batch.pk).first()
            raise (
                InvalidBatchState(current)
                if current
                else InvalidBatchState(batch, "the plan was discarded.")
            )
        record(batch, action, after=after, actor=actor)
