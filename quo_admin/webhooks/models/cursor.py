"""Keyset pagination: reading a long list page by page, in any order, without counting it."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, Self, TypeVar

from django.db import models
from django.db.models import Case, Q, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, In, IsNull

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Order:
    """By ``key`` first, where there is one, then newest first; ``down`` is all that backwards.

    Attributes:
        key: an expression with an index that goes on with the moment and the id, both descending.
        values: all that it can be, in their order, where that is not their own; nothing and null
            are one. Without them it is never null.
    """

    key: Combinable | None = None
    down: bool = False
    values: tuple[str, ...] | None = None


NEWEST_FIRST = Order()


@dataclass(frozen=True)
class CursorPage(Generic[Row]):
    """Some rows of a list. Whether there are others is known; how many, only if somebody asks.

    ``ahead`` finds what stands before the first row, ``whole`` everything.
    """

    rows: list[Row]
    has_newer: bool
    has_older: bool
    ahead: "list[CursorQuerySet[Row]]"
    whole: "CursorQuerySet[Row]"

    @cached_property
    def first(self) -> int:
        """Where the first row stands, from 1. Counts what is before it."""
        return sum(part.count() for part in self.ahead) + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @cached_property
    def total(self) -> int:
        """All rows, counted; at the least as many as we have seen, should some go meanwhile."""
        return max(self.whole.count(), self.last)


class CursorQuerySet(models.QuerySet[Row]):
    """Rows by a moment of theirs. Those of one moment stand in the order in which they came."""

    moment: str

    def newest_first(self) -> Self:
        [rows] = self.parts(NEWEST_FIRST)
        return rows

    def keyed(self, order: Order) -> Self:
        """Return the rows each with its key as ``order_key``, so that they can mark a place."""
        if order.key is None:
            return self
        nothing = Value("", output_field=TextField())
        key = order.key if order.values is None else Coalesce(order.key, nothing)
        return self.annotate(order_key=key)

    def parts(self, order: Order) -> list[Self]:
        """Return all rows in this order: one question, or several to be asked one after another."""
        if order.values is not None:
            return self._runs(order, order.values[::-1] if order.down else order.values)
        key = [] if order.key is None else ["order_key"]
        return [self.keyed(order)._sorted(*key, down=order.down)]

    def rows_after(self, row: Row, order: Order = NEWEST_FIRST) -> list[Self]:
        """Return what follows a row that was keyed by this order, the first of it first.

        In two questions where there is a key: those with the same one, and those beyond it. As
        one question, no index would lead to the place.
        """
        at = getattr(row, self.moment)
        side = "gt" if order.down else "lt"
        # Spelled so that the index leads to the moment; an OR of both would be asked of each row.
        late = Q(**{f"{self.moment}__{side}e": at}) & (
            Q(**{f"{self.moment}__{side}": at}) | Q(**{f"pk__{side}": row.pk})
        )
        if order.key is None:
            return [part.filter(late) for part in self.parts(order)]
        key: Any = row.order_key  # type: ignore[attr-defined]
        if order.values is None:
            [rows] = self.parts(order)
            beyond = Q(order_key__lt=key) if order.down else Q(order_key__gt=key)
            return [rows.filter(late, order_key=key), rows.filter(beyond)]
        values = order.values[::-1] if order.down else order.values
        place = values.index(key) + 1 if key in values else 0
        same = [part.filter(late) for part in self._runs(order, (key,))]
        return same + self._runs(order, values[place:])

    def rows_before(self, row: Row, order: Order = NEWEST_FIRST) -> list[Self]:
        """Return what stands before a row of this order, the nearest first."""
        return self.rows_after(row, replace(order, down=not order.down))

    def _sorted(self, *keys: str, down: bool) -> Self:
        rows = self.order_by(*keys, f"-{self.moment}", "-pk")
        return rows.reverse() if down else rows

    def _runs(self, order: Order, values: tuple[str, ...]) -> list[Self]:
        """Return the rows of these values, in runs of one value, of two, of four, and so on.

        Whether a value has many rows or none, few questions fill a page, and each is asked of few.
        """
        runs, start = [], 0
        while start < len(values):
            runs.append(values[start : 2 * start + 1])
            start = 2 * start + 1
        return [self._run(order, run) for run in runs]

    def _run(self, order: Order, run: tuple[str, ...]) -> Self:
        key = order.key
        found = Q(In(key, run)) | (Q(IsNull(key, True)) if "" in run else Q())
        rows = self.keyed(order).filter(found)
        if len(run) == 1:
            return rows._sorted(down=order.down)
        ranks = run[::-1] if order.down else run
        place = Case(
            *(When(Q(Exact(key, value)), then=rank) for rank, value in enumerate(ranks)),
            default=ranks.index("") if "" in ranks else len(ranks),
        )
        return rows.alias(rank=place)._sorted("rank", down=order.down)

    def cursor_page(
        self,
        size: int,
        *,
        after: Row | None = None,
        before: Row | None = None,
        order: Order = NEWEST_FIRST,
    ) -> CursorPage[Row]:
        """Return the rows that follow ``after``, or that end at ``before``, or the first ones.

        A row marks the place, not a count, so the page stays what it was while rows are added.
        Where nothing follows, and where too few stand before, it is the first ones. A row that
        marks was ``keyed`` by the same order.
        """
        rows = self._led_to(size, after, before, order)
        if not rows:
            rows = _first(size + 1, self.parts(order))
            return CursorPage(rows[:size], False, len(rows) > size, [], self)
        ahead, behind = self.rows_before(rows[0], order), self.rows_after(rows[-1], order)
        return CursorPage(rows, _any(ahead), _any(behind), ahead, self)

    def _led_to(self, size: int, after: Row | None, before: Row | None, order: Order) -> list[Row]:
        if after:
            return _first(size, self.rows_after(after, order))
        rows = _first(size, self.rows_before(before, order))[::-1] if before else []
        return rows if len(rows) == size else []


def _first(size: int, parts: list[CursorQuerySet[Row]]) -> list[Row]:
    """Return the first rows of several questions, asked one after another while there is room."""
    rows: list[Row] = []
    for part in parts:
        rows += part[: size - len(rows)] if len(rows) < size else []
    return rows


def _any(parts: list[CursorQuerySet[Row]]) -> bool:
    return any(part.exists() for part in parts)
