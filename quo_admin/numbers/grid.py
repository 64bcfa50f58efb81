"""The grid of /numbers/: its rows, their cells and marks, and its groups."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils import timezone
from django.utils.html import format_html

from quo_admin.first_names import first_names
from quo_admin.numbers import coverage_cells, coverage_now
from quo_admin.numbers.coverage import Absence, Cell, State
from quo_admin.numbers.day import Day
from quo_admin.numbers.gaps import Tally, is_new, is_restricted
from quo_admin.template_tags import breakable
from quo_admin.times import ago
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.states import State as ShownState
from quo_admin.workspace.models import Member, Number

MEMBERS_SHOWN = 2
STATES = {
    State.DUPLICATED: ("twice", "Duplicated"),
    State.COVERED: ("ok", "Covered"),
    State.ALL_NUMBERS: ("all", "Only through all-numbers"),
    State.NOTED: ("skip", "Covered in the Quo app (noted)"),
    State.ONLY_DISABLED: ("off gap", "Only a disabled webhook"),
    State.NOT_COVERED: ("wait gap", "Not covered"),
}


@dataclass(frozen=True)
class ShownCell:
    """A cell as the grid shows it: a state, and lines below it."""

    state: ShownState
    lines: list[str]


@dataclass(frozen=True)
class Row:
    """A number with its cells by the names of EVENTS, its marks (kind and label), its members.

    ``may_have_left``: it may have left the company before the requested day.
    """

    number: Number
    cells: dict[str, Cell]
    marks: list[tuple[str, str]]
    members: list[str]
    may_have_left: bool

    @property
    def received(self) -> ShownCell:
        return shown_cell(self.cells["received"])

    @property
    def delivered(self) -> ShownCell:
        return shown_cell(self.cells["delivered"])

    @property
    def member_names(self) -> str:
        return first_names(self.members, MEMBERS_SHOWN)

    @property
    def uncertainty(self) -> str:
        return uncertainty(self.number) if self.may_have_left else ""


@dataclass(frozen=True)
class Group:
    """Rows of one Quo group. ``count`` and ``gaps`` are of the whole group, on all pages.

    ``id`` is None if the list is not grouped.
    """

    id: str | None
    rows: list[Row]
    count: int = 0
    gaps: int = 0


def rows(numbers: Sequence[Number], on: Day | None) -> list[Row]:
    """Return the rows in nine queries at most. Marks are current, so a past day has none."""
    cells = coverage_cells.cells(numbers, on) if on else coverage_now.stored_cells(numbers)
    return rows_with(cells, numbers, on)


def rows_with(
    cells: Mapping[str, dict[str, Cell]], numbers: Sequence[Number], on: Day | None
) -> list[Row]:
    """Return the rows with cells that were read already, by number ID."""
    ids = {id for number in numbers for id in number.member_ids}
    names = Member.objects.names(ids)
    now = timezone.now()
    return [
        Row(
            number,
            cells[number.quo_id],
            [] if on else marks(number, now=now),
            [names.get(id, id) for id in number.member_ids],
            may_have_left(number, on),
        )
        for number in numbers
    ]


def marks(number: Number, *, now: datetime) -> list[tuple[str, str]]:
    """Return the marks of a number, each with its CSS kind and label."""
    marks = []
    if is_new(number, now=now):
        marks.append(("new", "New"))
    if number.porting_status:
        marks.append(("stale", f"Porting: {number.porting_status}"))
    if is_restricted(number):
        marks.append(("off", "No messaging to the US"))
    return marks


def shown_cell(cell: Cell) -> ShownCell:
    """Return a cell as the grid shows it. A covered one shows its first host as the state."""
    mark, label = STATES[cell.state]
    hosts, lines = list(cell.hosts.items()), list[str]()
    if cell.state == State.COVERED:
        label, hosts = _host(hosts[0]), hosts[1:]
        if hosts:
            lines.append(format_html("and {}{}", _host(hosts[0]), _and_more(hosts, cell.more)))
    elif cell.state != State.ALL_NUMBERS and hosts:
        lines.append(format_html("{}{}", _host(hosts[0]), _and_more(hosts, cell.more)))
    if cell.note:
        lines.append(format_html("by {}, {}", cell.note.given_by, ago(cell.note.given_at)))
    if cell.absence:
        lines.append(uncertainty(cell.absence))
    return ShownCell(ShownState(mark, label), lines)


def _host(named: tuple[str, bool]) -> str:
    """Return a host, given with whether it is certain."""
    host, certain = named
    return format_html("{}{}", "" if certain else "possibly ", breakable(host))


def _and_more(hosts: Sequence[object], unread: int) -> str:
    more = len(hosts) - 1 + unread
    return f" and {more} more" if more else ""


def uncertainty(copy: Number | Webhook | Absence) -> str:
    """Return when a number or webhook was last seen and found missing."""
    seen, missing = copy.last_seen_at, copy.missing_since
    until = f", missing {missing.day} {missing:%B %Y}" if missing else ""
    return f"Uncertain: last seen {seen.day} {seen:%B %Y}{until}"


def may_have_left(number: Number, on: Day | None) -> bool:
    """Whether a number may have left before that day: seen before it, missing on it or later."""
    if on is None or number.missing_since is None:
        return False
    return number.last_seen_at < on.begins <= number.missing_since


def groups(rows: Iterable[Row], tally: Tally, *, gap: str, parted: bool) -> list[Group]:
    """Return rows, sorted by group, under their groups."""
    if not parted:
        every = list(rows)
        return [Group(None, every)] if every else []
    by_group = groupby(rows, key=lambda row: row.number.group_id or "")
    return [Group(id, list(group), *tally.group(id, gap)) for id, group in by_group]
