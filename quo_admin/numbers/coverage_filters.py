"""The coverage states worked out by the database, for filters and counts over all numbers."""

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from quo_admin.numbers.coverage import (
    EVENTS,
    NO_END,
    STAR,
    Day,
    State,
    is_duplicated,
    notes_on,
    subscriptions_on,
)
from quo_admin.quo import spec
from quo_admin.workspace.models import Number


def with_states(numbers: QuerySet[Number], on: Day | None = None) -> QuerySet[Number]:
    """Annotate each number with its state of each event, as ``received`` and ``delivered``."""
    states = {name: _state(event, on) for name, event in EVENTS.items()}
    return numbers.annotate(**states)


def _state(event: str, on: Day | None) -> Case:
    """Return the state of one event for each number. ``coverage.state_of`` has the same rules."""
    rows = subscriptions_on(on).annotate(
        ended=Coalesce("webhook__deleted_at", "webhook__missing_since", NO_END)
    )
    stars = rows.filter(event=event, resource_id=STAR)
    everywhere = list(
        stars.values_list(
            "webhook__status", "webhook__endpoint_hash", "webhook__created_or_seen_at", "ended"
        )
    )
    lives = [
        (endpoint, *life) for status, endpoint, *life in everywhere if status == spec.Status.ENABLED
    ]
    any_star, any_sending_star = bool(everywhere), bool(lives)
    endpoints = {endpoint for endpoint, _, _ in lives if endpoint}

    named = rows.filter(event=event, resource_id=OuterRef("quo_id"))
    sending = named.filter(webhook__status=spec.Status.ENABLED)
    same_endpoint = rows.filter(
        event=event,
        webhook__status=spec.Status.ENABLED,
        webhook__endpoint_hash=OuterRef("webhook__endpoint_hash"),
    )
    by_star = Q(webhook__endpoint_hash__in=endpoints)
    if on:  # both existed on that day, but one may have replaced the other
        same_endpoint = same_endpoint.filter(
            webhook__created_or_seen_at__lt=OuterRef("ended"),
            ended__gt=OuterRef("webhook__created_or_seen_at"),
        )
        by_star &= Q(Exists(same_endpoint.filter(resource_id=STAR)))
    by_name = same_endpoint.filter(
        resource_id=OuterRef("resource_id"), webhook__gt=OuterRef("webhook")
    )
    twice = sending.exclude(webhook__endpoint_hash="").filter(Exists(by_name) | by_star)
    noted = notes_on(on).filter(number_id=OuterRef("quo_id"), event=event)
    none = State.ONLY_DISABLED if any_star else State.NOT_COVERED
    return Case(
        When(Exists(twice) | _always(is_duplicated(lives)), then=Value(State.DUPLICATED)),
        When(Exists(sending), then=Value(State.COVERED)),
        When(_always(any_sending_star), then=Value(State.ALL_NUMBERS)),
        When(Exists(noted), then=Value(State.NOTED)),
        When(Exists(named), then=Value(State.ONLY_DISABLED)),
        default=Value(none),
        output_field=CharField(),
    )


def _always(true: bool) -> Q:
    """Return a condition that holds for every row, or for none."""
    return Q(pk__isnull=not true)
