"""The grid of /numbers/: its rows under their groups, and the same as a table for a spreadsheet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.numbers import coverage
from quo_admin.numbers.coverage import EVENTS, Cell, Day, State
from quo_admin.numbers.filters import Filters
from quo_admin.numbers.gaps import GAPS, Tally, is_new, is_restricted
from quo_admin.workspace.models import Member, Number

ROWS_AT_ONCE = 200
STATE_WORDS = {
    State.DOUBLED: "Duplicated",
    State.REACHES: "Covered",
    State.ALL: "Only through all-numbers",
    State.NOTED: "Covered in the Quo app (noted)",
    State.DISABLED: "Only a disabled webhook",
    State.NONE: "Not covered",
}
LEFT = "May have left by then"
HEADER = (
    *("name", "number", "number id", "group id", "as of"),
    *("received", "received at", "received, perhaps at"),
    *("delivered", "delivered at", "delivered, perhaps at"),
    *("noted by", "marks", "members", "created", "first seen", "last seen"),
)


@dataclass(frozen=True)
class Row:
    """A number with its cells by the names of EVENTS, its marks (kind and word), its members.

    ``perhaps_left``: on the day that was asked for it may have left already.
    """

    number: Number
    cells: dict[str, Cell]
    marks: list[tuple[str, str]]
    members: list[str]
    perhaps_left: bool


@dataclass(frozen=True)
class Group:
    """Rows of one group of Quo's; ``count`` and ``gaps`` are those of all its pages.

    ``id`` is None where the list is not parted into groups.
    """

    id: str | None
    rows: list[Row]
    count: int = 0
    gaps: int = 0


def rows(numbers: Sequence[Number], on: Day | None) -> list[Row]:
    """Return the rows in five queries. Marks are today's, so a past day has none."""
    cells = coverage.cells(numbers, on)
    ids = {id for number in numbers for id in number.member_ids}
    names = Member.objects.in_bulk(ids, field_name="quo_id")
    now = timezone.now()
    return [
        Row(
            number,
            cells[number.quo_id],
            [] if on else marks(number, now=now),
            [str(names.get(id, id)) for id in number.member_ids],
            perhaps_left(number, on),
        )
        for number in numbers
    ]


def marks(number: Number, *, now: datetime) -> list[tuple[str, str]]:
    told = []
    if is_new(number, now=now):
        told.append(("new", "New"))
    if number.porting_status:
        told.append(("stale", f"Porting: {number.porting_status}"))
    if is_restricted(number):
        told.append(("off", "No messaging to the US"))
    return told


def perhaps_left(number: Number, on: Day | None) -> bool:
    """Say whether it may have left by that day: seen before it, and missed on it or later."""
    if on is None or number.missing_since is None:
        return False
    return number.last_seen_at < on.begins <= number.missing_since


def groups(rows: Iterable[Row], tally: Tally, *, gap: str, parted: bool) -> list[Group]:
    """Put rows that stand in the order of their groups beneath them."""
    if not parted:
        return [Group(None, each) for each in [list(rows)] if each]
    by_group = groupby(rows, key=lambda row: row.number.group_id or "")
    return [Group(id, list(ones), *tally.group(id, gap)) for id, ones in by_group]


class NothingFound(Exception):
    """No number is as the filters ask, so there is nothing to export."""


def export(*, actor: str, filters: Filters, on: Day | None) -> Iterator[list[object]]:
    """Return the rows under HEADER. The audit log has the export before the first is read.

    Words that find nothing are not written down either: they may be a key, pasted by mistake.

    Raises:
        NothingFound: nothing was written down.
    """
    found = filters.numbers(on)
    if not found.exists():
        raise NothingFound
    audit.record(
        actor=actor,
        action=Action.EXPORTED,
        target="numbers",
        label="list of numbers",
        after=in_words(filters, on),
    )
    return _all(found, on)


def in_words(filters: Filters, on: Day | None) -> str:
    """Return what is asked for on one line, as for the audit log."""
    words = [GAPS[filters.gap].word] if filters.gap else []
    words += [f"member {filters.member}"] if filters.member else []
    words += [f"search “{filters.q}”"] if filters.q else []
    words += [f"as of {on.day}"] if on else []
    return ", ".join(words) or "all"


def _all(found: QuerySet[Number], on: Day | None) -> Iterator[list[object]]:
    numbers, last = found.order_by("pk"), 0
    while some := list(numbers.filter(pk__gt=last)[:ROWS_AT_ONCE]):
        for row in rows(some, on):
            yield _line(row, on)
        last = some[-1].pk


def _line(row: Row, on: Day | None) -> list[object]:
    number = row.number
    told: list[object] = []
    for name in EVENTS:
        cell = row.cells[name]
        told += [
            STATE_WORDS[cell.state],
            "; ".join(host for host, sure in cell.surely.items() if sure),
            "; ".join(host for host, sure in cell.surely.items() if not sure),
        ]
    notes = {cell.note.given_by for cell in row.cells.values() if cell.note}
    return [
        number.name,
        number.number,
        number.quo_id,
        number.group_id,
        on.day if on else "",
        *told,
        "; ".join(sorted(notes)),
        "; ".join(word for _, word in row.marks) or (LEFT if row.perhaps_left else ""),
        "; ".join(row.members),
        _moment(number.created_at),
        _moment(number.first_seen_at),
        _moment(number.last_seen_at),
    ]


def _moment(moment: datetime | None) -> str:
    """Return a moment as ISO 8601 in UTC, which spreadsheets sort as text."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else ""
