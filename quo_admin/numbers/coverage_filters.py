"""The coverage states of all numbers, for filters and counts: stored for now, worked out by the
database for a past day.
"""

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

from quo_admin.numbers.coverage import EVENTS, NO_END, STAR, State
from quo_admin.numbers.day import Day, notes_on, subscriptions_on
from quo_admin.quo import spec
from quo_admin.webhooks.models import Subscription
from quo_admin.workspace.models import Number


def with_states(numbers: QuerySet[Number], on: Day | None = None) -> QuerySet[Number]:
    """Annotate each number with its state of each event, as ``received`` and ``delivered``."""
    if on:
        return numbers.annotate(
            **{name: _state(event, on, OuterRef("quo_id")) for name, event in EVENTS.items()}
        )
    rows = {
        f"{name}_row": FilteredRelation("coverage", condition=Q(coverage__event=event))
        for name, event in EVENTS.items()
    }
    return numbers.annotate(**rows).annotate(**{name: F(f"{name}_row__state") for name in EVENTS})


def state_now(event: str) -> Case:
    """Return the state of one event now, for rows of ``Coverage``."""
    return _state(event, None, OuterRef("number_id"))


def _state(event: str, on: Day | None, number: OuterRef) -> Case:
    """Return the state of one event for each number. ``coverage.state_of`` has the same rules."""
    rows = subscriptions_on(on).filter(event=event)
    enabled = rows.filter(webhook__status=spec.Status.ENABLED)
    stars, sending_stars = (each.filter(resource_id=STAR) for each in (rows, enabled))
    named = rows.filter(resource_id=number)
    sending = named.filter(webhook__status=spec.Status.ENABLED)
    noted = notes_on(on).filter(number_id=number, event=event)
    twice = _duplicated(sending, enabled, on)
    everywhere_twice = _duplicated(sending_stars, enabled.filter(resource_id=STAR), on).exists()
    none = State.ONLY_DISABLED if stars.exists() else State.NOT_COVERED
    return Case(
        When(Exists(twice) | _always(everywhere_twice), then=Value(State.DUPLICATED)),
        When(Exists(sending), then=Value(State.COVERED)),
        When(_always(sending_stars.exists()), then=Value(State.ALL_NUMBERS)),
        When(Exists(noted), then=Value(State.NOTED)),
        When(Exists(named), then=Value(State.ONLY_DISABLED)),
        default=Value(none),
        output_field=CharField(),
    )


def _duplicated(
    rows: QuerySet[Subscription], others: QuerySet[Subscription], on: Day | None
) -> QuerySet[Subscription]:
    """Return those of these subscriptions that another one sends to the same endpoint, for the same
    number or for all numbers.
    """
    same = others.filter(endpoint_hash=OuterRef("endpoint_hash")).exclude(
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
