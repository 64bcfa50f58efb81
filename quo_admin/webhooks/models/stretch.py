"""Reading a long list a stretch at a time, newest first."""

from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

from django.db import models
from django.db.models import Q

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Stretch(Generic[Row]):
    """Some rows of a list, and where they stand in it. ``first`` counts from 1."""

    rows: list[Row]
    first: int
    total: int

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def has_newer(self) -> bool:
        return self.first > 1

    @property
    def has_older(self) -> bool:
        return self.last < self.total


class StretchQuerySet(models.QuerySet[Row]):
    """Rows by a moment of theirs. Those of one moment stand in the order in which they came."""

    moment: str

    def newest_first(self) -> Self:
        return self.order_by(f"-{self.moment}", "-pk")

    def newer_than(self, row: Row) -> Self:
        return self._beyond(row, "gt")

    def older_than(self, row: Row) -> Self:
        return self._beyond(row, "lt")

    def _beyond(self, row: Row, side: str) -> Self:
        at = getattr(row, self.moment)
        tied: dict[str, Any] = {self.moment: at, f"pk__{side}": row.pk}
        return self.filter(Q(**{f"{self.moment}__{side}": at}) | Q(**tied))

    def stretch(
        self, size: int, *, after: Row | None = None, before: Row | None = None
    ) -> Stretch[Row]:
        """Return the rows that follow ``after``, or that end at ``before``, or the first ones.

        A row marks the place, not a count, so the page stays what it was while rows are added.
        Where nothing follows, and where too few stand before, it is the first ones.
        """
        rows: list[Row] = []
        if after:
            rows = list(self.older_than(after).newest_first()[:size])
        elif before:
            rows = list(self.newer_than(before).newest_first().reverse()[:size])[::-1]
            rows = rows if len(rows) == size else []
        rows = rows or list(self.newest_first()[:size])
        ahead = self.newer_than(rows[0]).count() if rows else 0
        return Stretch(rows, ahead + 1, max(self.count(), ahead + len(rows)))
