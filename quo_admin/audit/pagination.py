"""Cursor pagination of the audit log, newest first, with counts up to a limit."""

from collections.abc import Iterator
from dataclasses import dataclass

from quo_admin.audit.models import Entry, EntryQuerySet, Found

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
    found: Found, size: int, *, below: int | None = None, above: int | None = None
) -> CursorPage:
    """Return the entries next below a number or next above one, or the newest ones.

    A number is the cursor, not a count, so a page stays the same while entries are added. If none
    is below, or too few are above, it is the newest page. The result is read once, to choose and to
    count, since reading it may mean reading the whole audit log.
    """
    limit = COUNTED + 1
    if above is not None:
        newer = found.numbers(above=above, oldest_first=True, limit=limit)
        if len(newer) >= size:
            behind = len(found.numbers(below=above + 1, limit=limit))
            return _page_of(newer[:size], len(newer) - size, behind)
    elif below is not None:
        older = found.numbers(below=below, limit=limit)
        if older:
            ahead = len(found.numbers(above=below - 1, limit=limit))
            return _page_of(older[:size], ahead, len(older[size:]))
    newest = found.numbers(limit=limit)
    return _page_of(newest[:size], 0, len(newest[size:]))


def _page_of(numbers: list[int], ahead: int, behind: int) -> CursorPage:
    entries = list(_entries(numbers))
    seen = len(entries)
    return CursorPage(
        entries,
        ahead if ahead + seen <= COUNTED else None,
        behind if behind + seen <= COUNTED else None,
    )


def count(found: Found) -> int | None:
    """Return the count, or None for more than COUNTED. Reads no further than that."""
    counted = len(found.numbers(limit=COUNTED + 1))
    return counted if counted <= COUNTED else None


def all_below(found: Found, number: int) -> Iterator[Entry]:
    """Yield the entries up to a number, newest first, without a database cursor in between."""
    while numbers := found.numbers(below=number + 1, limit=STEP):
        yield from _entries(numbers)
        number = numbers[-1] - 1


def _entries(numbers: list[int]) -> EntryQuerySet:
    return Entry.objects.filter(number__in=numbers).newest_first()
