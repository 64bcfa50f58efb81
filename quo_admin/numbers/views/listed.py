"""What the list of numbers shows: one page of it, and what is counted around it."""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F
from django.utils.http import urlencode

from quo_admin.numbers import coverage, grid
from quo_admin.numbers.coverage import EVENTS, SENDING, State
from quo_admin.numbers.coverage_now import everywhere
from quo_admin.numbers.day import Day
from quo_admin.numbers.filters import Filters
from quo_admin.numbers.gaps import GAPS
from quo_admin.quo.storable_text import clean
from quo_admin.workspace.models import Number

ROWS = 100
BY_GROUP = (F("group_id").asc(nulls_last=True), "name", "quo_id")


def listed_now(filters: Filters, query: Mapping[str, str]) -> dict[str, Any]:
    """Return a page by its number, in groups. Everything is counted, from the kept rows."""
    tally = filters.tally()
    parted = 1 < tally.groups < tally.count()
    order = BY_GROUP if parted else ("name", "quo_id")
    paginator = Paginator(filters.numbers().order_by(*order), ROWS)
    paginator.count = tally.count(filters.gap)  # saves a query
    page = paginator.get_page(query.get("page"))
    rows = grid.rows(list(page), None)
    return {
        "page": page,
        "is_last": not page.has_next(),
        "count": paginator.count,
        "known": tally.count(),
        "groups": grid.groups(rows, tally, gap=filters.gap, parted=parted),
        "sums": [_sum(tally.states(event, filters.gap)) for event in EVENTS],
        "views": _views(filters, {name: tally.count(name) for name in ("", *GAPS)}, None),
        "everywhere": everywhere(*EVENTS.values()),
    }


def listed_on(on: Day, filters: Filters, query: Mapping[str, str]) -> dict[str, Any]:
    """Return a page of a past day, by name, as a cursor leads to it.

    The states of a past day are worked out for the numbers of the page alone. So a filtered list is
    counted only if it is one page, or on request.
    """
    found = filters.numbers(on)
    after, before = (clean(query.get(name, "")).strip() for name in ("after", "before"))
    numbers, newer, older = _page(found, after, before)
    known = filters.but(gap="").numbers(on).count()
    many = newer or older
    counted = filters.gap and many and "counts" in query
    count = found.count() if counted else None if filters.gap and many else len(numbers)
    rows = grid.rows(numbers, on)
    return {
        "cursors": _cursors(numbers, newer, older),
        "is_last": not older,
        "count": count if filters.gap else known,
        "known": known,
        "groups": [grid.Group(None, rows)] if rows else [],
        "sums": ["" for _ in EVENTS],
        "views": _views(filters, {"": known}, on),
        "everywhere": everywhere(*EVENTS.values(), on=on),
    }


def _page(found: Any, after: str, before: str) -> tuple[list[Number], bool, bool]:
    """Return the numbers of a page, and whether others precede and follow it.

    If nothing follows ``after``, or too few are before ``before``, it is the first page.
    """
    if before and len(rows := list(found.before(before)[: ROWS + 1])) >= ROWS:
        return rows[:ROWS][::-1], len(rows) > ROWS, True
    if after and (rows := list(found.after(after)[: ROWS + 1])):
        return rows[:ROWS], True, len(rows) > ROWS
    rows = list(found.by_name()[: ROWS + 1])
    return rows[:ROWS], False, len(rows) > ROWS


def _cursors(numbers: list[Number], newer: bool, older: bool) -> dict[str, str]:
    """Return the cursors of the pages before and after these numbers, if there are any."""
    return {
        "before": numbers[0].quo_id if newer else "",
        "after": numbers[-1].quo_id if older else "",
    }


def _views(
    filters: Filters, counts: Mapping[str, int], on: Day | None
) -> list[tuple[str, str, str, int | None]]:
    """Return name, label, URL and count of each work list, with the same search and member.

    Marks are current, so a past day has no list of them. A list may have no count.
    """
    shown = {name: gap.word for name, gap in GAPS.items() if not (on and gap.mark)}
    return [
        (name, word, when(urlencode(filters.but(gap=name).parameters), on), counts.get(name))
        for name, word in ({"": "All"} | shown).items()
    ]


def when(query: str, on: Day | None) -> str:
    """Return a query string of the list, with the day."""
    day = urlencode({"on": str(on.day)}) if on else ""
    return "?" + "&".join(filter(None, [query, day]))


def _sum(states: dict[str, int]) -> str:
    """Return the total of a column: "26 covered, 1 noted, 7 not covered"."""
    covered = sum(states.get(state, 0) for state in SENDING)
    not_covered = sum(states.get(state, 0) for state in coverage.GAPS)
    noted = states.get(State.NOTED, 0)
    parts = [(covered, "covered"), (noted, "noted"), (not_covered, "not covered")]
    return ", ".join(f"{count:,} {word}" for count, word in parts if count)
