"""Pages of several querysets, one after another, that count no further than they need."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

ROWS = 100
COUNTED = 1_000  # rows: counting more would read all of them for each page
LAST = 1_000_000  # pages


@dataclass(frozen=True)
class Parts:
    """Querysets as one list, for a Paginator.

    Attributes:
        counts: how many rows each has, ``most`` at most.
    """

    parts: Sequence[QuerySet[Any, Any]]
    counts: Sequence[int]
    most: int

    def count(self) -> int:
        return min(sum(self.counts), self.most)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, place: slice) -> list[Any]:
        rows: list[Any] = []
        start, stop = place.start, place.stop
        for part, count in zip(self.parts, self.counts, strict=True):
            if start < count and stop > 0:
                rows += part[max(start, 0) : min(stop, count)]
            start, stop = start - count, stop - count
        return rows


def page_of(parts: Sequence[QuerySet[Any, Any]], number: str | None) -> tuple[Page[Any], bool]:
    """Return a page, and whether there are more rows than its paginator has counted.

    Args:
        number: from the URL. One that is no number is the first page, one too high the last.
    """
    wanted = min(int(number), LAST) if number and number.isdecimal() else 1
    most = max(COUNTED, wanted * ROWS + 1)
    counts = [part[: most + 1].count() for part in parts]
    rows: Any = Parts(parts, counts, most)
    return Paginator(rows, ROWS).get_page(wanted), sum(counts) > most
