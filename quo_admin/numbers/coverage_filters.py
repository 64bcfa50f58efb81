"""The coverage states of all numbers, for filters and counts: stored for now, conditions for the
database of a past day.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from quo_admin.numbers.coverage import EVENTS, STAR, State
from quo_admin.numbers.day import Day, notes_on, subscriptions_on
from quo_admin.quo import spec
from quo_admin.webhooks.models import Subscription
from quo_admin.workspace.models import Number

ENABLED = Q(webhook__status=spec.Status.ENABLED)
NO_END = datetime(9999, 1, 1, tzinfo=UTC)  # of a webhook that still exists


def with_states(numbers: QuerySet[Number]) -> QuerySet[Number]:
    """Annotate each number with its state of each event now, as ``received`` and ``delivered``."""
    rows = {
        f"{name}_row": FilteredRelation("coverage", condition=Q(coverage__event=event))
        for name, event in EVENTS.items()
    }
    return numbers.annotate(**rows).annotate(**{name: F(f"{name}_row__state") for name in EVENTS})


def state_now(event: str) -> Case:
    """Return the state of one event now, for rows of ``Coverage``."""
    facts = _facts(event, None, OuterRef("number_id"))
    return Case(
        When(facts.twice, then=Value(State.DUPLICATED)),
        When(facts.by_name, then=Value(State.COVERED)),
        When(facts.everywhere, then=Value(State.ALL_NUMBERS)),
        When(facts.noted, then=Value(State.NOTED)),
        When(facts.disabled, then=Value(State.ONLY_DISABLED)),
        default=Value(State.NOT_COVERED),
        output_field=CharField(),
    )


def states_on(event: str, on: Day) -> dict[str, Q]:
    """Return for each state the condition for the numbers whose event was in it on a day.

    Each condition asks only for what tells its state from the others, cheapest first: a list reads
    the numbers in their order until a page is full.
    """
    facts = _facts(event, on, OuterRef("quo_id"))
    silent = ~facts.everywhere & ~facts.noted
    return {
        State.DUPLICATED: facts.twice,
        State.COVERED: facts.by_name & ~facts.twice,
        State.ALL_NUMBERS: facts.everywhere & ~facts.twice_everywhere & ~facts.by_name,
        State.NOTED: ~facts.everywhere & facts.noted & ~facts.by_name,
        State.ONLY_DISABLED: silent & facts.disabled & ~facts.by_name,
        State.NOT_COVERED: silent & ~facts.disabled,
    }


@dataclass(frozen=True)
class _Facts:
    """What decides the state of one event: see ``coverage.state_of``. As conditions on numbers;
    those about webhooks on all numbers hold for every number or for none.
    """

    twice: Q
    twice_everywhere: Q
    by_name: Q
    everywhere: Q
    noted: Q
    disabled: Q


def _facts(event: str, on: Day | None, number: OuterRef) -> _Facts:
    rows = subscriptions_on(on).filter(event=event)
    enabled, named = rows.filter(ENABLED), rows.filter(resource_id=number)
    stars = rows.filter(resource_id=STAR)
    sending_stars = stars.filter(ENABLED)
    twice_everywhere = _always(duplicated(sending_stars, sending_stars, on).exists())
    return _Facts(
        twice=twice_everywhere | Q(Exists(duplicated(named.filter(ENABLED), enabled, on))),
        twice_everywhere=twice_everywhere,
        by_name=Q(Exists(named.filter(ENABLED))),
        everywhere=_always(sending_stars.exists()),
        noted=Q(Exists(notes_on(on).filter(number_id=number, event=event))),
        disabled=_always(stars.exists()) | Q(Exists(named)),
    )


def duplicated(
    rows: QuerySet[Subscription], others: QuerySet[Subscription], on: Day | None
) -> QuerySet[Subscription]:
    """Return those of these subscriptions that another one sends to the same endpoint, for the same
    number or for all numbers.
    """
    same = others.filter(endpoint_hash=OuterRef("endpoint_hash"), event=OuterRef("event")).exclude(
        webhook=OuterRef("webhook")
    )
    if on:  # both existed on that day, but one may have replaced the other
        same = same.annotate(ended=_ended()).filter(
            webhook__created_or_seen_at__lt=OuterRef("ended"),
            ended__gt=OuterRef("webhook__created_or_seen_at"),
        )
        rows = rows.annotate(ended=_ended())
    same_number = same.filter(resource_id=OuterRef("resource_id"))
    return rows.exclude(endpoint_hash="").filter(
        Exists(same_number) | Exists(same.filter(resource_id=STAR))
    )


def _ended() -> Coalesce:
    return Coalesce("webhook__deleted_at", "webhook__missing_since", NO_END)


def _always(true: bool) -> Q:
    """Return a condition that holds for every row, or for none."""
    return Q(pk__isnull=not true)
