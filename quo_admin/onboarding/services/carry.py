"""Carrying a batch out: each row through the same service, attempts and rate limit as the form."""

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.onboarding.models import Batch, BatchItem
from quo_admin.onboarding.plan import Wish, plan
from quo_admin.quo import spec
from quo_admin.quo.exceptions import KeyRejected, NotAllowed, NotSent, NoTurn, RateLimited
from quo_admin.quo.types import NewMessageWebhook
from quo_admin.webhooks.models import Attempt
from quo_admin.webhooks.rules import Rule
from quo_admin.webhooks.services.create import (
    HouseRulesSpoke,
    SentAlready,
    WebhookMaybeCreated,
    WebhookNotCreated,
    create_message_webhook,
)
from quo_admin.workspace.models import Number

# So many at once, that nine calls a second leave also where Quo takes half a second to answer.
# Each waits for its turn in the same line as everybody, so a person waits behind these at most.
THREADS = 8
LOST_IN_A_ROW = 3  # answers; then Quo is down, and each further row would be unknown too

State = Batch.State


def carry_next() -> bool:
    """Create the next webhook of the batches that run, and end those that are through.

    The worker's job. Killed at any point, it loses nothing and repeats nothing: the item and its
    attempt share a token, and an item with an attempt is never sent again.

    Returns:
        False where there is nothing to do now, or too many calls stand in line already.
    """
    item = BatchItem.objects.take(now=timezone.now())
    if item is None:
        for batch in Batch.objects.filter(state__in=[State.RUNNING, State.PAUSED]):
            _end_if_through(batch)
        return False
    goes_on = _carry(item)
    _end_if_through(item.batch)
    return goes_on


def wanted_of(item: BatchItem) -> NewMessageWebhook:
    """Return the request that the item's payload is."""
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
    """Return how the rows stand, in words for the trail: "31 created, 2 failed, 1 skipped"."""
    counts = batch.items.counts(now=timezone.now())
    return ", ".join(f"{count} {state}" for state, count in counts.items())


def tell(batch: Batch, action: Action, *, after: str = "", actor: str = "worker") -> None:
    audit.record(
        actor=actor, action=action, target=f"batch {batch.pk}", label=str(batch), after=after
    )


def _carry(item: BatchItem) -> bool:
    """Create the item's webhook and give the item back. Return whether the next may follow."""
    try:
        create_message_webhook(
            actor=item.batch.begun_by,
            wanted=wanted_of(item),
            token=item.token,
            accepted=item.batch.accepted,
        )
    except HouseRulesSpoke as spoke:
        item.give_back(over=True, **_not_sent(item, spoke))
    except SentAlready:
        pass  # somebody else has it in hand, and will give it back or has died
    except WebhookMaybeCreated:
        item.give_back(over=True)
        _pause_if_quo_is_down(item.batch)
    except WebhookNotCreated as exc:
        return _refused(item, exc)
    else:
        item.give_back(over=True)
    return True


def _refused(item: BatchItem, exc: WebhookNotCreated) -> bool:
    """Nothing was made. Let the row come again where it would not have been refused by itself."""
    too_many = isinstance(exc.__cause__, NoTurn | RateLimited)
    if not too_many and not isinstance(exc.__cause__, KeyRejected | NotAllowed | NotSent):
        item.give_back(over=True)
        return True
    if not too_many:  # every other row would meet with the same
        _pause(item.batch, str(exc))
    item.give_back(token=uuid4(), over=False)
    return False


def _not_sent(item: BatchItem, spoke: HouseRulesSpoke) -> dict[str, Any]:
    """Return what a row becomes of which a house rule speaks that did not when it was planned."""
    if {finding.rule for finding in spoke.findings} != {Rule.DOUBLED}:
        return {"failure": " ".join(finding.title for finding in spoke.findings)}
    return _covered(item) or {
        "failure": "Some of its texts go there by now, or may. Plan its numbers again: what is "
        "missing is asked for then."
    }


def _covered(item: BatchItem) -> dict[str, Any]:
    """Return what a row becomes of which nothing is missing any more; of another one, nothing."""
    wanted = wanted_of(item)
    numbers = list(Number.objects.filter(quo_id__in=item.numbers))
    left = plan(Wish(numbers=numbers, events=wanted.events, url=wanted.url))
    if not left or any(row.plan != BatchItem.Plan.SKIP for row in left):
        return {}
    told = {"plan": BatchItem.Plan.SKIP}
    if len({(row.why, row.because) for row in left}) > 1:
        return told | {"why": "Its texts go there already, through several webhooks."}
    return told | {"why": left[0].why, "because": left[0].because}


def _pause_if_quo_is_down(batch: Batch) -> None:
    """Pause after a few lost answers with none between them, in the order in which calls ended.

    Those from before somebody let it go on are known to them, and count no more.
    """
    tokens = batch.items.values("token")
    ended = Attempt.objects.filter(token__in=tokens, ended_at__isnull=False)
    went_on = Entry.objects.filter(target=f"batch {batch.pk}", action=Action.BATCH_WENT_ON)
    if (last := went_on.newest_first().first()) and last.moment:
        ended = ended.filter(ended_at__gt=last.moment)
    states = ended.order_by("-ended_at", "-pk").values_list("state", flat=True)[:LOST_IN_A_ROW]
    if list(states) == [Attempt.State.UNKNOWN] * LOST_IN_A_ROW:
        _pause(batch, f"Quo gave no usable answer {LOST_IN_A_ROW} times in a row.")


def _pause(batch: Batch, why: str) -> None:
    with transaction.atomic():
        if batch.step(State.PAUSED, now=timezone.now(), why=why):
            tell(batch, Action.BATCH_PAUSED, after=why)


def _end_if_through(batch: Batch) -> None:
    """End it if nothing waits and nothing is on its way.

    Looked at again once the step is taken: who tries rows anew meanwhile begins it again after us.
    """
    if batch.items.waiting(now=timezone.now()).exists() or _is_open(batch):
        return
    with transaction.atomic():
        if batch.step(State.DONE, now=timezone.now()) and not _is_open(batch):
            tell(batch, Action.BATCH_ENDED, after=in_words(batch))
        else:
            transaction.set_rollback(True)


def _is_open(batch: Batch) -> bool:
    return batch.items.in_state("waiting", "sending", now=timezone.now()).exists()
