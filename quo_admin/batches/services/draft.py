"""What people do with a draft: create it, select rows, start it or discard it."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.template.defaultfilters import pluralize
from django.utils import timezone

from quo_admin.audit.actions import Action
from quo_admin.batches.models import Batch, BatchRow
from quo_admin.batches.models.row import JsonLength
from quo_admin.batches.planned_row import PlannedRow
from quo_admin.batches.services.state import InvalidBatchState, change_state, require_state
from quo_admin.batches.worker_job import request_of_row
from quo_admin.chunks import in_chunks
from quo_admin.webhooks.policies import warnings

ROWS_PER_TRANSACTION = 200
State = Batch.State


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
    for numbered in in_chunks(list(enumerate(rows, start=1)), ROWS_PER_TRANSACTION):
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
        require_state(batch, State.DRAFT)
        rows.filter(pk__in=ticked).update(chosen=True)
        rows.exclude(pk__in=ticked).update(chosen=False)


def findings(batch: Batch) -> list[warnings.PolicyWarning]:
    """Return the warnings of all selected rows, one for each policy, from the largest one."""
    largest = batch.rows.to_create().order_by(JsonLength("numbers").desc(), "row").first()
    return warnings.warnings_for_plan(request_of_row(largest) if largest else None)


def start(*, actor: str, batch: Batch, accepted: Collection[str]) -> None:
    """Start the batch. The worker runs it.

    Raises:
        UnconfirmedWarnings: a warning was not confirmed.
        InvalidBatchState: it was started before, or no row is selected.
    """
    require_state(batch, State.DRAFT)
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
    change_state(batch, State.RUNNING, Action.BATCH_STARTED, actor=actor, after=after, **values)


def discard(*, batch: Batch) -> None:
    """Delete a draft. Raises InvalidBatchState: it was started."""
    with transaction.atomic():
        batch.refresh_from_db(from_queryset=Batch.objects.select_for_update())
        require_state(batch, State.DRAFT)
        batch.delete()


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
