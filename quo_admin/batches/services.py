"""What people do with a batch: create a draft, select rows, start, pause, resume, stop, retry."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.template.defaultfilters import pluralize
from django.utils import timezone

from quo_admin.audit.actions import Action
from quo_admin.batches.models import Batch, BatchRow
from quo_admin.batches.planned_row import PlannedRow
from quo_admin.batches.worker_job import record, request_of_row
from quo_admin.webhooks.policies import warnings
from quo_admin.webhooks.reconcile import services as reconcile

ROWS_PER_TRANSACTION = 200
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


class UnconfirmedWarnings(Exception):
    """Nothing was started: these warnings were not confirmed."""

    def __init__(self, findings: list[warnings.PolicyWarning]) -> None:
        super().__init__(", ".join(finding.policy for finding in findings))
        self.findings = findings


def create_draft(
    *,
    actor: str,
    rows: Sequence[PlannedRow],
    form_data: dict[str, Any],
    instead_of: Batch | None = None,
) -> Batch:
    """Store a plan row by row as a draft. Nothing is sent.

    Args:
        actor: username of the person who planned it.
        form_data: the planner's input, so that the plan can be edited later.
        instead_of: a draft that this one replaces.
    """
    now = timezone.now()
    batch = Batch.objects.create(form_data=form_data, planned_by=actor, planned_at=now)
    for start in range(0, len(rows), ROWS_PER_TRANSACTION):
        numbered = enumerate(rows[start : start + ROWS_PER_TRANSACTION], start=start + 1)
        BatchRow.objects.bulk_create([_batch_row(batch, n, row) for n, row in numbered])
    Batch.objects.filter(pk=batch.pk).update(row_count=len(rows))
    batch.row_count = len(rows)
    if instead_of and instead_of.state == State.DRAFT:
        with suppress(
            InvalidBatchState, Batch.DoesNotExist
        ):  # expected: started or discarded meanwhile
            discard(batch=instead_of)
    return batch


def choose(*, batch: Batch, shown: Collection[int], ticked: Collection[int]) -> None:
    """Store which of the rows shown on a page are selected.

    Raises:
        InvalidBatchState: the batch was started.
    """
    rows = batch.rows.filter(pk__in=shown, plan=BatchRow.Plan.CREATE)
    with transaction.atomic():
        batch.refresh_from_db(from_queryset=Batch.objects.select_for_update())
        _require_state(batch, State.DRAFT)
        rows.filter(pk__in=ticked).update(chosen=True)
        rows.exclude(pk__in=ticked).update(chosen=False)


def findings(batch: Batch) -> list[warnings.PolicyWarning]:
    """Return the warnings of all selected rows, one for each policy."""
    items = batch.rows.to_create().iterator(chunk_size=500)
    return warnings.warnings_for_all(request_of_row(item) for item in items)


def start(*, actor: str, batch: Batch, accepted: Collection[str]) -> None:
    """Start the batch. The worker runs it.

    Raises:
        UnconfirmedWarnings: a warning was not confirmed.
        InvalidBatchState: it was started before, or no row is selected.
    """
    _require_state(batch, State.DRAFT)
    if batch.row_count is None:
        raise InvalidBatchState(batch, "this plan is incomplete. Create it again.")
    found = findings(batch)
    unconfirmed = [warning for warning in found if warning.policy not in accepted]
    if unconfirmed:
        raise UnconfirmedWarnings(unconfirmed)
    count = batch.rows.to_create().count()
    if not count:
        raise InvalidBatchState(batch, "no rows are selected.")
    values = {
        "started_by": actor,
        "started_at": timezone.now(),
        "accepted": [warning.policy.value for warning in found],
    }
    after = f"{count} row{pluralize(count)}"
    _step(batch, State.RUNNING, Action.BATCH_STARTED, actor=actor, after=after, **values)


def discard(*, batch: Batch) -> None:
    """Delete a draft. Raises InvalidBatchState: it was started."""
    with transaction.atomic():
        batch.refresh_from_db(from_queryset=Batch.objects.select_for_update())
        _require_state(batch, State.DRAFT)
        batch.delete()


def pause(*, actor: str, batch: Batch) -> None:
    """Send no further rows. Requests in progress finish. Raises InvalidBatchState."""
    _require_state(batch, State.RUNNING)
    _step(batch, State.PAUSED, Action.BATCH_PAUSED, actor=actor, after="", why="")


def resume(*, actor: str, batch: Batch) -> None:
    """Run again after a pause or stop. Nothing is sent if no row waits.

    Raises:
        InvalidBatchState: it is not paused, stopped or done.
    """
    _require_state(batch, State.PAUSED, State.STOPPED, State.DONE)
    _step(batch, State.RUNNING, Action.BATCH_RESUMED, actor=actor, after="", why="")


def stop(*, actor: str, batch: Batch) -> None:
    """Stop the batch. Waiting rows are not sent unless it is resumed. Raises InvalidBatchState."""
    _require_state(batch, State.RUNNING, State.PAUSED)
    _step(batch, State.STOPPED, Action.BATCH_STOPPED, actor=actor, after="", why="")


def retry_failed(*, actor: str, batch: Batch) -> int:
    """Retry the failed rows, run the batch, and return how many there are.

    A failed row created nothing, so sending it again is safe.

    Raises:
        InvalidBatchState: it is a draft, or no row failed.
    """
    _require_state(batch, State.RUNNING, State.PAUSED, State.STOPPED, State.DONE)
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


def _batch_row(batch: Batch, number: int, row: PlannedRow) -> BatchRow:
    return BatchRow(
        batch=batch,
        row=number,
        numbers=[each.quo_id for each in row.numbers],
        label=row.label,
        payload=row.wanted.to_json() if row.wanted else {},
        plan=row.plan,
        why=row.why,
        because=row.because,
    )


def _unknown(batch: Batch) -> list[BatchRow]:
    return list(batch.rows.in_state("unknown", now=timezone.now()))


def _require_state(batch: Batch, *states: str) -> None:
    if batch.state not in states:
        raise InvalidBatchState(batch)


def _step(
    batch: Batch, state: str, action: Action, *, actor: str, after: str, **values: Any
) -> None:
    with transaction.atomic():
        if not batch.step(state, now=timezone.now(), **values):
            current = Batch.objects.filter(pk=batch.pk).first()
            raise (
                InvalidBatchState(current)
                if current
                else InvalidBatchState(batch, "the plan was discarded.")
            )
        record(batch, action, after=after, actor=actor)
