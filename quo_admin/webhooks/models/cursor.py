"""Cursor pagination: reading a long list page by page, in any order, without counting it."""

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
    """By ``key`` first, if there is one, then newest first; ``down`` reverses all of it.

    Attributes:
        key: an expression with an index that continues with the time and the ID, both descending.
        values: all values of the key in their order, if that is not the natural one; "" and
            null are
            one value. Without ``values`` the key is never null.
    """

    key: Combinable | None = None
    down: bool = False
    values: tuple[str, ...] | None = None


NEWEST_FIRST = Order()


@dataclass(frozen=True)
class CursorPage(Generic[Row]):
    """One page of a list. We know whether there are others; how many, only on request.

    ``ahead`` queries what is before the first row, ``whole`` everything.
    """

    rows: list[Row]
    has_newer: bool
    has_older: bool
    ahead: "list[CursorQuerySet[Row]]"
    whole: "CursorQuerySet[Row]"

    @cached_property
    def first(self) -> int:
        """The position of the first row, from 1. Counts what is before it."""
        return sum(part.count() for part in self.ahead) + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @cached_property
    def total(self) -> int:
        """The count of all rows; at least as many as we have seen, in case some were deleted
        meanwhile.
        """
        return max(self.whole.count(), self.last)


class CursorQuerySet(models.QuerySet[Row]):
    """Rows by a time of theirs. Rows of the same time are in the order of their creation."""

    moment: str

    def newest_first(self) -> Self:
        [rows] = self.parts(NEWEST_FIRST)
        return rows

    def keyed(self, order: Order) -> Self:
        """Annotate the rows with their key as ``order_key``, so that they can be cursors."""
        if order.key is None:
            return self
        nothing = Value("", output_field=TextField())
        key = order.key if order.values is None else Coalesce(order.key, nothing)
        return self.annotate(order_key=key)

    def parts(self, order: Order) -> list[Self]:
        """Return all rows in this order: as one query, or as several to run one after another."""
        if order.values is not None:
            return self._runs(order, order.values[::-1] if order.down else order.values)
        key = [] if order.key is None else ["order_key"]
        return [self.keyed(order)._sorted(*key, down=order.down)]

    def rows_after(self, row: Row, order: Order = NEWEST_FIRST) -> list[Self]:
        """Return what follows a row that was keyed by this order, nearest first.

        With a key these are two queries: rows with the same key, and rows beyond it. With a single
        query, no index would lead to the cursor.
        """
        at = getattr(row, self.moment)
        side = "gt" if order.down else "lt"
        # Written so that the index leads to the time; an OR would be tested for each row.
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
        """Return what is before a row in this order, nearest first."""
        return self.rows_after(row, replace(order, down=not order.down))

    def _sorted(self, *keys: str, down: bool) -> Self:
        rows = self.order_by(*keys, f"-{self.moment}", "-pk")
        return rows.reverse() if down else rows

    def _runs(self, order: Order, values: tuple[str, ...]) -> list[Self]:
        """Return the rows of these values, in runs of one value, two, four, and so on.

        Whether a value has many rows or none, few queries fill a page.
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
        """Return the rows that follow ``after``, or end at ``before``, or the first page.

        A row is the cursor, not a count, so a page stays the same while rows are added. If nothing
        follows, or too few rows are before the cursor, it is the first page. The cursor must be
        ``keyed`` by the same order.
        """
        rows = self._fetch_rows(size, after, before, order)
        if not rows:
            rows = _first(size + 1, self.parts(order))
            return CursorPage(rows[:size], False, len(rows) > size, [], self)
        ahead, behind = self.rows_before(rows[0], order), self.rows_after(rows[-1], order)
        return CursorPage(rows, _any(ahead), _any(behind), ahead, self)

    def _fetch_rows(
        self, size: int, after: Row | None, before: Row | None, order: Order
    ) -> list[Row]:
        if after:
            return _first(size, self.rows_after(after, order))
        rows = _first(size, self.rows_before(before, order))[::-1] if before else []
        return rows if len(rows) == size else []


def _first(size: int, parts: list[CursorQuerySet[Row]]) -> list[Row]:
    """Return the first rows of several queries, run one after another while there is room."""
    rows: list[Row] = []
    for part in parts:
        rows += part[: size - len(rows)] if len(rows) < size else []
    return rows


def _any(parts: list[CursorQuerySet[Row]]) -> bool:
    return any(part.exists() for part in parts)
