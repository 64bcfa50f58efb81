"""What people do with a batch: plan it, choose its rows, begin, pause, go on, stop, try again."""

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
from quo_admin.batches.worker_job import record, wanted_of
from quo_admin.webhooks.policies import warnings
from quo_admin.webhooks.reconcile import services as reconcile

AT_ONCE = 200  # rows written in one transaction
State = Batch.State
STANDS = {
    State.DRAFT: "has not been started",
    State.RUNNING: "is already running",
    State.PAUSED: "is paused",
    State.STOPPED: "is stopped",
    State.DONE: "is finished",
}


class NotNow(Exception):
    """The batch is not in a state in which this can be done. The text is for the staff member."""

    def __init__(self, batch: Batch, why: str = "") -> None:
        super().__init__(f"Nothing was changed: {why or f'{batch} {STANDS[State(batch.state)]}.'}")


class UnconfirmedWarnings(Exception):
    """Nothing was begun: these policies were broken and not accepted."""

    def __init__(self, findings: list[warnings.PolicyWarning]) -> None:
        super().__init__(", ".join(finding.policy for finding in findings))
        self.findings = findings


def create_draft(
    *,
    actor: str,
    rows: Sequence[PlannedRow],
    asked: dict[str, Any],
    instead_of: Batch | None = None,
) -> Batch:
    """Store a plan row by row as a draft. Nothing is sent.

    Args:
        actor: username of the person who planned it.
        asked: the planner's input, so that the plan can be edited later.
        instead_of: a draft that this one replaces.
    """
    now = timezone.now()
    batch = Batch.objects.create(asked=asked, planned_by=actor, planned_at=now)
    for start in range(0, len(rows), AT_ONCE):
        numbered = enumerate(rows[start : start + AT_ONCE], start=start + 1)
        BatchRow.objects.bulk_create([_batch_row(batch, n, row) for n, row in numbered])
    Batch.objects.filter(pk=batch.pk).update(row_count=len(rows))
    batch.row_count = len(rows)
    if instead_of and instead_of.state == State.DRAFT:
        with suppress(NotNow, Batch.DoesNotExist):  # begun or discarded meanwhile: it stays so
            discard(batch=instead_of)
    return batch


def choose(*, batch: Batch, shown: Collection[int], ticked: Collection[int]) -> None:
    """Keep which rows of those on a page are to be created.

    Raises:
        NotNow: it has been begun.
    """
    rows = batch.rows.filter(pk__in=shown, plan=BatchRow.Plan.CREATE)
    with transaction.atomic():
        batch.refresh_from_db(from_queryset=Batch.objects.select_for_update())
        _only(batch, State.DRAFT)
        rows.filter(pk__in=ticked).update(chosen=True)
        rows.exclude(pk__in=ticked).update(chosen=False)


def findings(batch: Batch) -> list[warnings.PolicyWarning]:
    """Return which policies the rows that are to be created break."""
    items = batch.rows.to_create().iterator(chunk_size=500)
    return warnings.warnings_for_all(wanted_of(item) for item in items)


def start(*, actor: str, batch: Batch, accepted: Collection[str]) -> None:
    """Let the worker carry it out.

    Raises:
        UnconfirmedWarnings: a policy that it breaks was not accepted.
        NotNow: it has been begun, or there is no row to create.
    """
    _only(batch, State.DRAFT)
    if batch.row_count is None:
        raise NotNow(batch, "this plan is incomplete. Create it again.")
    broken = findings(batch)
    unconfirmed = [each for each in broken if each.policy not in accepted]
    if unconfirmed:
        raise UnconfirmedWarnings(unconfirmed)
    count = batch.rows.to_create().count()
    if not count:
        raise NotNow(batch, "no rows are selected.")
    told = {
        "started_by": actor,
        "started_at": timezone.now(),
        "accepted": [each.policy.value for each in broken],
    }
    after = f"{count} row{pluralize(count)}"
    _step(batch, State.RUNNING, Action.BATCH_STARTED, actor=actor, after=after, **told)


def discard(*, batch: Batch) -> None:
    """Throw a plan away. Nothing of it was sent. Raises NotNow: it has been begun."""
    with transaction.atomic():
        batch.refresh_from_db(from_queryset=Batch.objects.select_for_update())
        _only(batch, State.DRAFT)
        batch.delete()


def pause(*, actor: str, batch: Batch) -> None:
    """Send nothing more for now. What is on its way is waited for. Raises NotNow."""
    _only(batch, State.RUNNING)
    _step(batch, State.PAUSED, Action.BATCH_PAUSED, actor=actor, after="", why="")


def resume(*, actor: str, batch: Batch) -> None:
    """Carry on after a pause or a stop. One that has ended makes no call. Raises NotNow."""
    _only(batch, State.PAUSED, State.STOPPED, State.DONE)
    _step(batch, State.RUNNING, Action.BATCH_RESUMED, actor=actor, after="", why="")


def stop(*, actor: str, batch: Batch) -> None:
    """End it: rows that wait are not sent, unless somebody lets it go on. Raises NotNow."""
    _only(batch, State.RUNNING, State.PAUSED)
    _step(batch, State.STOPPED, Action.BATCH_STOPPED, actor=actor, after="", why="")


def retry_failed(*, actor: str, batch: Batch) -> int:
    """Try the failed rows anew, let it go on, and return how many. Of none was anything made.

    Raises:
        NotNow: it is a draft, or none has failed.
    """
    _only(batch, State.RUNNING, State.PAUSED, State.STOPPED, State.DONE)
    count = 0
    for item in list(batch.rows.in_state("failed", now=timezone.now()).only("pk", "token")):
        same = batch.rows.filter(pk=item.pk, token=item.token)
        count += same.update(token=uuid4(), over=False, failure="", lease_until=None)
    if not count:
        raise NotNow(batch, "it has no failed rows.")
    with transaction.atomic():
        # From whatever state, also one that a worker steps to at this moment.
        begun = Batch.objects.filter(pk=batch.pk).exclude(state=State.DRAFT)
        begun.update(state=State.RUNNING, ended_at=None, why="")
        after = f"{count} failed row{pluralize(count)} retried"
        record(batch, Action.BATCH_RESUMED, after=after, actor=actor)
    return count


def reconcile_unknown(*, actor: str, batch: Batch) -> tuple[int, int]:
    """Look at Quo for what the unknown rows may have made, and never send again.

    Returns:
        How many were unknown, and how many of these are not any more.

    Raises:
        NotReconciled: Quo could not be asked.
    """
    before = _unknown(batch)
    for member in sorted({item.payload.get("userId") or "" for item in before}):
        reconcile.look(member=member or None, actor=actor)
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


def _only(batch: Batch, *states: str) -> None:
    if batch.state not in states:
        raise NotNow(batch)


def _step(batch: Batch, state: str, action: Action, *, actor: str, after: str, **told: Any) -> None:
    with transaction.atomic():
        if not batch.step(state, now=timezone.now(), **told):
            here = Batch.objects.filter(pk=batch.pk).first()
            raise NotNow(here) if here else NotNow(batch, "the plan was discarded.")
        record(batch, action, after=after, actor=actor)
