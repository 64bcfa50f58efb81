"""The work lists of numbers: what each asks, in SQL for the rows and in Python for the counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from quo_admin.numbers import coverage
from quo_admin.numbers.coverage import EVENTS, Day, State
from quo_admin.workspace.models import Number

NEW_FOR = timedelta(days=7)  # our limit: so long a number is pointed out
# Messages to other countries are restricted for nearly every number; these are the company's own.
HOME_REGION = "US"
MARKS = ("new", "porting", "restricted")


@dataclass(frozen=True)
class Gap:
    """A list of numbers: those of which an event is in a state, or those with a mark.

    ``said``: how its numbers are unconfirmed of, after their count.
    """

    word: str
    said: str
    state: str = ""
    events: tuple[str, ...] = tuple(EVENTS)
    mark: str = ""

    @property
    def asks(self) -> Q:
        """What is asked of numbers that are annotated with their states and marks."""
        if self.mark:
            return Q(**{self.mark: True})
        asked = Q()
        for event in self.events:
            asked |= Q(**{event: self.state})
        return asked

    def has(self, told: Mapping[str, Any]) -> bool:
        """Say the same of one number, by the same names."""
        if self.mark:
            return bool(told[self.mark])
        return any(told[event] == self.state for event in self.events)


GAPS = {
    "received": Gap(
        "Message received: not covered",
        "without coverage for Message received",
        State.NONE,
        ("received",),
    ),
    "delivered": Gap(
        "Message delivered: not covered",
        "without coverage for Message delivered",
        State.NONE,
        ("delivered",),
    ),
    "disabled": Gap("Only a disabled webhook", "with only a disabled webhook", State.DISABLED),
    "doubled": Gap("Duplicated", "with duplicate deliveries", State.DOUBLED),
    "everywhere": Gap("Only through all-numbers", "covered only through all-numbers", State.ALL),
    "new": Gap("New", "first seen in the last 7 days", mark="new"),
    "noted": Gap("Covered in the Quo app (noted)", "noted as covered in the Quo app", State.NOTED),
    "porting": Gap("Porting", "being ported", mark="porting"),
    "restricted": Gap("Restricted", "without messaging to the US", mark="restricted"),
}


def is_new(number: Number, *, now: datetime) -> bool:
    """Say whether it is new, to us and, where Quo told when it was created, to Quo."""
    since = now - NEW_FOR
    return number.first_seen_at >= since and (number.created_at or since) >= since


def is_restricted(number: Number) -> bool:
    return HOME_REGION in number.no_messaging_to


def with_marks(numbers: QuerySet[Number], *, now: datetime) -> QuerySet[Number]:
    """Annotate each with whether it is ``new``, ``porting`` and ``restricted``."""
    since = now - NEW_FOR
    told = {
        "new": Q(first_seen_at__gte=since) & (Q(created_at=None) | Q(created_at__gte=since)),
        "porting": Q(porting_status__gt=""),
        "restricted": Q(restricted_in__contains=f'"{HOME_REGION}"'),
    }
    marked = numbers.annotate(restricted_in=Cast("no_messaging_to", TextField()))
    return marked.annotate(
        **{name: ExpressionWrapper(asks, BooleanField()) for name, asks in told.items()}
    )


@dataclass(frozen=True)
class Tally:
    """How many numbers there are of each kind. One question for all counts of a page.

    ``kinds``: each a combination of group, states and marks, with ``n`` numbers of it.
    """

    kinds: list[dict[str, Any]]

    def count(self, gap: str = "") -> int:
        return _sum(self._in(gap))

    def group(self, group: str, gap: str = "") -> tuple[int, int]:
        """Return how many of a group are in the list, and how many of these reach nothing."""
        told = [kind for kind in self._in(gap) if (kind["group_id"] or "") == group]
        return _sum(told), _sum(kind for kind in told if reaches_nothing(kind))

    @property
    def groups(self) -> int:
        return len({kind["group_id"] or "" for kind in self.kinds})

    def states(self, event: str, gap: str = "") -> dict[str, int]:
        """Return how many are in each state of an event."""
        told: dict[str, int] = {}
        for kind in self._in(gap):
            told[kind[event]] = told.get(kind[event], 0) + kind["n"]
        return told

    def _in(self, gap: str) -> list[dict[str, Any]]:
        return [kind for kind in self.kinds if not gap or GAPS[gap].has(kind)]


def tally(numbers: QuerySet[Number], on: Day | None = None) -> Tally:
    marked = with_marks(coverage.with_states(numbers, on), now=timezone.now())
    kinds = marked.order_by().values("group_id", *EVENTS, *MARKS).annotate(n=Count("pk"))
    return Tally(list(kinds))


def reaches_nothing(kind: Mapping[str, Any]) -> bool:
    return any(kind[event] in coverage.GAPS for event in EVENTS)


def _sum(kinds: Iterable[dict[str, Any]]) -> int:
    return sum(kind["n"] for kind in kinds)
