"""The worker job of batches: each row uses the service, attempts and limits of the form."""

from typing import Any
from uuid import uuid4

from django.db import transaction

from quo_admin import clock
from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.batches.existing import existing_webhooks
from quo_admin.batches.models import Batch, BatchRow
from quo_admin.quo import spec
from quo_admin.quo.exceptions import (
    KeyRejected,
    NotAllowed,
    NotSent,
    RateLimited,
    RateLimitWaitTooLong,
)
from quo_admin.quo.types import NewMessageWebhook
from quo_admin.webhooks.create.services import (
    AlreadySent,
    CreationUnknown,
    UnconfirmedWarnings,
    WebhookNotCreated,
    create_message_webhook,
)
from quo_admin.webhooks.models import Attempt
from quo_admin.webhooks.policies.warnings import PolicyName
from quo_admin.workspace.models import Number

# So many threads that nine calls a second leave even if Quo takes half a second to respond.
# Each waits for the rate limiter like everybody, so a person waits behind these at most.
THREADS = 8
MAX_LOST_RESPONSES = 3  # lost responses; then Quo is down, and further rows would be unknown too

State = Batch.State


def run_next_row() -> bool:
    """Create the next webhook of the running batches, and end batches without rows left.

    The worker's job. Killed at any point, it loses nothing and repeats nothing: a row and its
    attempt share a token, and a row with an attempt is never sent again.

    Returns:
        False if there is nothing to do now, or too many calls are waiting already.
    """
    item = BatchRow.objects.take(now=clock.now())
    if item is None:
        for batch in Batch.objects.filter(state__in=[State.RUNNING, State.PAUSED]):
            _finish_if_complete(batch)
        return False
    goes_on = _process_row(item)
    _finish_if_complete(item.batch)
    return goes_on


def request_of_row(item: BatchRow) -> NewMessageWebhook:
    """Return the request of a row."""
    body = item.payload
    return NewMessageWebhook(
        label=body.get("label"),
        url=body["url"],
        events=tuple(spec.MessageEvent(event) for event in body["events"]),
        resource_ids=tuple(body["resourceIds"]),
        status=spec.Status(body["status"]),
        user_id=body.get("userId"),
    )


def in_words(batch: Batch) -> str:
    """Return the states of the rows for the audit log: "31 created, 2 failed, 1 skipped"."""
    counts = batch.rows.counts(now=clock.now())
    return ", ".join(f"{count} {state}" for state, count in counts.items())


def record(batch: Batch, action: Action, *, after: str = "", actor: str = "worker") -> None:
    audit.record(
        actor=actor, action=action, target=f"batch {batch.pk}", label=str(batch), after=after
    )


def _process_row(item: BatchRow) -> bool:
    """Create the webhook of a row and release it. Return whether the next row may follow."""
    try:
        create_message_webhook(
            actor=item.batch.started_by,
            wanted=request_of_row(item),
            token=item.token,
            accepted=item.batch.accepted,
        )
    except UnconfirmedWarnings as warned:
        item.release(over=True, **_not_sent(item, warned))
    except AlreadySent:
        pass  # another process has it, and will release it or has crashed
    except CreationUnknown:
        item.release(over=True)
        _pause_if_quo_is_down(item.batch)
    except WebhookNotCreated as exc:
        return _rejected(item, exc)
    else:
        item.release(over=True)
    return True


def _rejected(item: BatchRow, exc: WebhookNotCreated) -> bool:
    """Nothing was created. Queue the row again if Quo did not reject this row in particular."""
    too_many = isinstance(exc.__cause__, RateLimitWaitTooLong | RateLimited)
    if not too_many and not isinstance(exc.__cause__, KeyRejected | NotAllowed | NotSent):
        item.release(over=True)
        return True
    if not too_many:  # every other row would fail in the same way
        _pause(item.batch, str(exc))
    item.release(token=uuid4(), over=False)
    return False


def _not_sent(item: BatchRow, warned: UnconfirmedWarnings) -> dict[str, Any]:
    """Return the values of a row with a warning that did not exist when it was planned."""
    if {finding.policy for finding in warned.findings} != {PolicyName.DOUBLED}:
        return {"failure": " ".join(finding.title for finding in warned.findings)}
    return _already_covered(item) or {
        "failure": "Some of its events already reach this endpoint, or may do so soon. Plan "
        "these numbers again to create what is missing."
    }


def _already_covered(item: BatchRow) -> dict[str, Any]:
    """Return the values of a row whose events are all covered by now, else nothing."""
    wanted = request_of_row(item)
    covered = existing_webhooks(wanted.url, wanted.events)
    reasons: set[tuple[str, str]] = set()
    for number in Number.objects.filter(quo_id__in=item.numbers):
        first = covered.of(number, wanted.events[0])
        if number.missing_since or first is None:
            return {}
        if not all(covered.of(number, event) for event in wanted.events):
            return {}
        reasons.add((covered.why(number, wanted.events), first[0]))
    if not reasons:
        return {}
    if len(reasons) > 1:
        why, because = "Already sent to this endpoint by several webhooks.", ""
    else:
        [(why, because)] = reasons
    return {"plan": BatchRow.Plan.SKIP, "why": why, "because": because}


def _pause_if_quo_is_down(batch: Batch) -> None:
    """Pause after a few lost responses without another between them, in the order they ended.

    Responses lost before somebody resumed the batch do not count.
    """
    tokens = batch.rows.values("token")
    ended = Attempt.objects.filter(token__in=tokens, ended_at__isnull=False)
    went_on = Entry.objects.filter(target=f"batch {batch.pk}", action=Action.BATCH_RESUMED)
    if (last := went_on.newest_first().first()) and last.moment:
        ended = ended.filter(ended_at__gt=last.moment)
    states = ended.order_by("-ended_at", "-pk").values_list("state", flat=True)[:MAX_LOST_RESPONSES]
    if list(states) == [Attempt.State.UNKNOWN] * MAX_LOST_RESPONSES:
        _pause(batch, f"Quo did not respond {MAX_LOST_RESPONSES} times in a row.")


def _pause(batch: Batch, why: str) -> None:
    with transaction.atomic():
        if batch.step(State.PAUSED, now=clock.now(), why=why):
            record(batch, Action.BATCH_PAUSED, after=why)


def _finish_if_complete(batch: Batch) -> None:
    """End the batch if no row waits or is being sent.

    Checked again after the change of state: whoever retries rows meanwhile starts it again.
    """
    if batch.rows.waiting(now=clock.now()).exists() or _is_open(batch):
        return
    with transaction.atomic():
        if batch.step(State.DONE, now=clock.now()) and not _is_open(batch):
            record(batch, Action.BATCH_FINISHED, after=in_words(batch))
        else:
            transaction.set_rollback(True)


def _is_open(batch: Batch) -> bool:
    return batch.rows.in_state("waiting", "sending", now=clock.now()).exists()
