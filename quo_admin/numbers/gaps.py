"""The work lists of numbers, as a query for the rows and in Python for the counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Min, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from quo_admin.numbers.coverage import EVENTS, State
from quo_admin.numbers.coverage import GAPS as GAP_STATES
from quo_admin.numbers.coverage_filters import states_on, with_states
from quo_admin.numbers.day import Day
from quo_admin.workspace.models import Number

NEW_FOR = timedelta(days=7)  # our limit
# Nearly every number is restricted for other countries, so only this one is worth a mark.
HOME_REGION = "US"
MARKS = ("new", "porting", "restricted")


@dataclass(frozen=True)
class Gap:
    """A list of numbers: those with an event in a state, or those with a mark.

    ``phrase`` follows their count: "12 numbers without coverage for …".
    """

    word: str
    phrase: str
    state: str = ""
    events: tuple[str, ...] = tuple(EVENTS)
    mark: str = ""

    @property
    def condition(self) -> Q:
        """The condition on numbers that are annotated with their states and marks."""
        if self.mark:
            return Q(**{self.mark: True})
        condition = Q()
        for event in self.events:
            condition |= Q(**{event: self.state})
        return condition

    def condition_on(self, on: Day) -> Q:
        """The condition on numbers for a past day. Marks are current."""
        if self.mark:
            return self.condition
        condition = Q()
        for event in self.events:
            condition |= states_on(EVENTS[event], on)[self.state]
        return condition

    def includes(self, kind: Mapping[str, Any]) -> bool:
        """Whether numbers of a kind of the tally are in the list."""
        if self.mark:
            return bool(kind[self.mark])
        return any(kind[event] == self.state for event in self.events)


GAPS = {
    "received": Gap(
        "Message received: not covered",
        "without coverage for Message received",
        State.NOT_COVERED,
        ("received",),
    ),
    "delivered": Gap(
        "Message delivered: not covered",
        "without coverage for Message delivered",
        State.NOT_COVERED,
        ("delivered",),
    ),
    "disabled": Gap("Only a disabled webhook", "with only a disabled webhook", State.ONLY_DISABLED),
    "doubled": Gap("Duplicated", "with duplicate deliveries", State.DUPLICATED),
    "everywhere": Gap(
        "Only through all-numbers", "covered only through all-numbers", State.ALL_NUMBERS
    ),
    "new": Gap("New", "first seen in the last 7 days", mark="new"),
    "noted": Gap("Covered in the Quo app (noted)", "noted as covered in the Quo app", State.NOTED),
    "porting": Gap("Porting", "being ported", mark="porting"),
    "restricted": Gap("Restricted", "without messaging to the US", mark="restricted"),
}


def is_new(number: Number, *, now: datetime) -> bool:
    """Whether a number is new to us and, if Quo returned its creation date, to Quo."""
    since = now - NEW_FOR
    return number.first_seen_at >= since and (number.created_at or since) >= since


def is_restricted(number: Number) -> bool:
    return HOME_REGION in number.no_messaging_to


def with_marks(numbers: QuerySet[Number], *, now: datetime) -> QuerySet[Number]:
    """Annotate each number with ``new``, ``porting`` and ``restricted``."""
    since = now - NEW_FOR
    conditions = {
        "new": Q(first_seen_at__gte=since) & (Q(created_at=None) | Q(created_at__gte=since)),
        "porting": Q(porting_status__gt=""),
        "restricted": Q(restricted_in__contains=f'"{HOME_REGION}"'),
    }
    marked = numbers.annotate(restricted_in=Cast("no_messaging_to", TextField()))
    return marked.annotate(
        **{
            name: ExpressionWrapper(condition, BooleanField())
            for name, condition in conditions.items()
        }
    )


@dataclass(frozen=True)
class Tally:
    """How many numbers there are of each kind. One query for all counts of a page.

    ``kinds``: combinations of group, states and marks, each with ``n`` numbers. Now, not on a past
    day, also since when the oldest of them has the state of each event.
    """

    kinds: list[dict[str, Any]]

    def count(self, gap: str = "") -> int:
        return _sum(self._in(gap))

    def group(self, group: str, gap: str = "") -> tuple[int, int]:
        """Return how many numbers of a group are in the list, and how many are not covered."""
        kinds = [kind for kind in self._in(gap) if (kind["group_id"] or "") == group]
        return _sum(kinds), _sum(kind for kind in kinds if has_gap(kind))

    def oldest(self, gap: str) -> datetime | None:
        """Return since when the oldest number of a list by state is in it, now."""
        moments = [
            kind[f"{event}_since"]
            for kind in self._in(gap)
            for event in GAPS[gap].events
            if GAPS[gap].state and kind[event] == GAPS[gap].state
        ]
        return min(moments, default=None)

    @property
    def groups(self) -> int:
        return len({kind["group_id"] or "" for kind in self.kinds})

    def states(self, event: str, gap: str = "") -> dict[str, int]:
        """Return how many numbers have each state of an event."""
        counts: dict[str, int] = {}
        for kind in self._in(gap):
            counts[kind[event]] = counts.get(kind[event], 0) + kind["n"]
        return counts

    def _in(self, gap: str) -> list[dict[str, Any]]:
        return [kind for kind in self.kinds if not gap or GAPS[gap].includes(kind)]


def tally(numbers: QuerySet[Number]) -> Tally:
    """Count numbers by the states and marks that they have now."""
    marked = with_marks(with_states(numbers), now=timezone.now())
    kinds = marked.order_by().values("group_id", *EVENTS, *MARKS).annotate(n=Count("pk"))
    since = {f"{name}_since": Min(f"{name}_row__since") for name in EVENTS}
    return Tally(list(kinds.annotate(**since)))


def has_gap(kind: Mapping[str, Any]) -> bool:
    return any(kind[event] in GAP_STATES for event in EVENTS)


def _sum(kinds: Iterable[dict[str, Any]]) -> int:
    return sum(kind["n"] for kind in kinds)
