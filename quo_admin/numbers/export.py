"""The coverage of numbers as CSV: what the filters of /numbers/ show, now or on a past day."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.chunks import read_in_chunks
from quo_admin.csv_export import require_rows
from quo_admin.numbers.coverage import EVENTS
from quo_admin.numbers.coverage_cells import cells
from quo_admin.numbers.day import Day
from quo_admin.numbers.filters import Filters
from quo_admin.numbers.gaps import GAPS
from quo_admin.numbers.grid import STATES, Row, rows_with
from quo_admin.workspace.models import Number

CHUNK = 200  # rows
MAY_HAVE_LEFT = "May have been removed by then"
HEADER = (
    *("name", "number", "number ID", "group ID", "as of"),
    *("message received", "message received: hosts", "message received: hosts (uncertain)"),
    *("message delivered", "message delivered: hosts", "message delivered: hosts (uncertain)"),
    *("noted by", "marks", "members", "created", "first seen", "last seen"),
)


def export(*, actor: str, filters: Filters, on: Day | None) -> Iterator[list[object]]:
    """Return the rows under HEADER. The export is recorded in the audit log first.

    Raises:
        NothingFound: nothing was recorded.
    """
    found = filters.numbers(on)
    require_rows(found)
    audit.record(
        actor=actor,
        action=Action.EXPORTED,
        target="numbers",
        label="list of numbers",
        after=in_words(filters, on),
    )
    return _all(found, on)


def in_words(filters: Filters, on: Day | None) -> str:
    """Return the active filters on one line, for the audit log."""
    words = [GAPS[filters.gap].word] if filters.gap else []
    words += [f"member {filters.member}"] if filters.member else []
    words += [filters.group_label] if filters.group else []
    words += [filters.destination.words] if filters.destination.words else []
    words += [f"search “{filters.q}”"] if filters.q else []
    words += [f"as of {on.day}"] if on else []
    return ", ".join(words) or "all"


def _all(found: QuerySet[Number], on: Day | None) -> Iterator[list[object]]:
    for chunk in read_in_chunks(found, CHUNK):
        for row in rows_with(cells(chunk, on, all_hosts=True), chunk, on):
            yield _line(row, on)


def _line(row: Row, on: Day | None) -> list[object]:
    number = row.number
    coverage_cells: list[object] = []
    for name in EVENTS:
        cell = row.cells[name]
        coverage_cells += [
            STATES[cell.state][1],
            "; ".join(host for host, certain in cell.hosts.items() if certain),
            "; ".join(host for host, certain in cell.hosts.items() if not certain),
        ]
    notes = {cell.note.given_by for cell in row.cells.values() if cell.note}
    return [
        number.name,
        number.number,
        number.quo_id,
        number.group_id,
        on.day if on else "",
        *coverage_cells,
        "; ".join(sorted(notes)),
        "; ".join(word for _, word in row.marks) or (MAY_HAVE_LEFT if row.may_have_left else ""),
        "; ".join(row.members),
        _moment(number.created_at),
        _moment(number.first_seen_at),
        _moment(number.last_seen_at),
    ]


def _moment(moment: datetime | None) -> str:
    """Return a time as ISO 8601 in UTC, which spreadsheets sort as text."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else ""
