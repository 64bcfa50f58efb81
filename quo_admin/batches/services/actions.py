"""What people do with a started batch: pause, resume, stop, retry failed rows, reconcile."""

from uuid import uuid4

from django.db import transaction
from django.template.defaultfilters import pluralize
from django.utils import timezone

from quo_admin.audit.actions import Action
from quo_admin.batches.models import Batch, BatchRow
from quo_admin.batches.services.state import InvalidBatchState, change_state, require_state
from quo_admin.batches.worker_job import record
from quo_admin.webhooks.reconcile import services as reconcile

State = Batch.State


def pause(*, actor: str, batch: Batch) -> None:
    """Send no further rows. Requests in progress finish. Raises InvalidBatchState."""
    require_state(batch, State.RUNNING)
    change_state(batch, State.PAUSED, Action.BATCH_PAUSED, actor=actor, after="", why="")


def resume(*, actor: str, batch: Batch) -> None:
    """Run again after a pause or stop. Nothing is sent if no row waits.

    Raises:
        InvalidBatchState: it is not paused, stopped or done.
    """
    require_state(batch, State.PAUSED, State.STOPPED, State.DONE)
    change_state(batch, State.RUNNING, Action.BATCH_RESUMED, actor=actor, after="", why="")


def stop(*, actor: str, batch: Batch) -> None:
    """Stop the batch. Waiting rows are not sent unless it is resumed. Raises InvalidBatchState."""
    require_state(batch, State.RUNNING, State.PAUSED)
    change_state(batch, State.STOPPED, Action.BATCH_STOPPED, actor=actor, after="", why="")


def retry_failed(*, actor: str, batch: Batch) -> int:
    """Retry the failed rows, run the batch, and return how many there are.

    A failed row created nothing, so sending it again is safe.

    Raises:
        InvalidBatchState: it is a draft, or no row failed.
    """
    require_state(batch, State.RUNNING, State.PAUSED, State.STOPPED, State.DONE)
    count = 0
    for item in list(batch.rows.in_state("failed", now=timezone.now()).only("pk", "token")):
        same = batch.rows.filter(pk=item.pk, token=item.token)
        count += same.update(token=uuid4(), over=False, failure="", lease_until=None)
    if not count:
        raise InvalidBatchState(batch, "it has no failed rows.")
    with transaction.atomic():
        # From any state: a worker may change it at this moment.
        started = Batch.objects.filter(pk=batch.pk).exclude(state=State.DRAFT)
        started.update(state=State.RUNNING, ended_at=None, why="")
        after = f"{count} failed row{pluralize(count)} retried"
        record(batch, Action.BATCH_RESUMED, after=after, actor=actor)
    return count


def reconcile_unknown(*, actor: str, batch: Batch) -> tuple[int, int]:
    """Look at Quo for the webhooks of unknown rows. Nothing is sent again.

    Returns:
        How many rows were unknown, and how many of these are resolved now.

    Raises:
        NotReconciled: Quo could not be reached.
    """
    before = _unknown(batch)
    for member in sorted({item.payload.get("userId") or "" for item in before}):
        reconcile.check_at_quo(member=member or None, actor=actor)
    return len(before), len(before) - len(_unknown(batch))


def _unknown(batch: Batch) -> list[BatchRow]:
    return list(batch.rows.in_state("unknown", now=timezone.now()))
