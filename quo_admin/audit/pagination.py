"""Cursor pagination of the audit log, newest first, with counts up to a limit."""

from collections.abc import Iterator
from dataclasses import dataclass

from quo_admin.audit.models import Entry, EntryQuerySet

COUNTED = 10_000  # entries; counting more would take longer than reading a page
STEP = 500  # entries read at once if all are needed


@dataclass(frozen=True)
class CursorPage:
    """One page of the list, and its position.

    ``ahead`` entries are newer, ``behind`` are older; None means more than COUNTED.
    """

    entries: list[Entry]
    ahead: int | None
    behind: int | None

    @property
    def total(self) -> int | None:
        if self.ahead is None or self.behind is None:
            return None
        return self.ahead + len(self.entries) + self.behind

    @property
    def place(self) -> str:
        """Return the position in words."""
        total = f"more than {COUNTED:,}" if self.total is None else f"{self.total:,}"
        if self.ahead is None:
            return f"{len(self.entries)} of {total}"
        return f"{self.ahead + 1:,} to {self.ahead + len(self.entries):,} of {total}"


def read(
    found: EntryQuerySet, size: int, *, below: int | None = None, above: int | None = None
) -> CursorPage:
    """Return the entries next below a number or next above one, or the newest ones.

    A number is the cursor, not a count, so a page stays the same while entries are added. If none
    is below, or too few are above, it is the newest page. The result is read once, to choose and to
    count, since reading it may mean reading the whole audit log.
    """
    if above is not None:
        newer = _numbers(found.filter(number__gt=above).order_by("number"))
        if len(newer) >= size:
            behind = len(_numbers(found.filter(number__lte=above)))
            return _page_of(newer[:size], len(newer) - size, behind)
    elif below is not None:
        older = _numbers(found.filter(number__lt=below).newest_first())
        if older:
            ahead = len(_numbers(found.filter(number__gte=below)))
            return _page_of(older[:size], ahead, len(older[size:]))
    newest = _numbers(found.newest_first())
    return _page_of(newest[:size], 0, len(newest[size:]))


def _numbers(found: EntryQuerySet) -> list[int]:
    return list(found.values_list("number", flat=True)[: COUNTED + 1])


def _page_of(numbers: list[int], ahead: int, behind: int) -> CursorPage:
    entries = list(Entry.objects.filter(number__in=numbers).newest_first())
    seen = len(entries)
    return CursorPage(
        entries,
        ahead if ahead + seen <= COUNTED else None,
        behind if behind + seen <= COUNTED else None,
    )


def count(found: EntryQuerySet) -> int | None:
    """Return the count, or None for more than COUNTED. Reads no further than that."""
    counted = found.order_by()[: COUNTED + 1].count()
    return counted if counted <= COUNTED else None


def all_below(found: EntryQuerySet, number: int) -> Iterator[Entry]:
    """Yield the entries up to a number, newest first, without a database cursor in between."""
    while entries := list(found.filter(number__lte=number).newest_first()[:STEP]):
        yield from entries
        number = entries[-1].number - 1
