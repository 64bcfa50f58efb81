"""How far a sweep has come and what it counted, in words."""

from quo_admin.workspace.models import Sweep
from quo_admin.workspace.parts import PARTS, Part, Shown

Row = tuple[Shown, int]


def place(sweep: Sweep) -> int:
    """Return where the present part stands among all; -1 before the first."""
    return [part.name for part in PARTS].index(sweep.part) if sweep.part else -1


def doing(sweep: Sweep) -> str:
    """Return what is being read: "Reading webhooks of Tom Lindqvist, 4 of 6 members"."""
    if not sweep.part:
        return "About to begin"
    part = PARTS[place(sweep)]
    if not sweep.pieces:
        return f"Finishing {part.name}"
    several = f", {sweep.done + 1} of {sweep.planned} {part.each}" if part.each else ""
    return f"Reading {part.words(sweep.pieces[0])}{several}"


def left_out(sweep: Sweep) -> str:
    """Return what was not asked for any more when it ended early: "webhooks of 3 members"."""
    here = place(sweep)
    rest = [part.name for part in PARTS[here + 1 :]]
    if sweep.pieces:
        rest[:0] = [f"{sweep.part} of {_several(len(sweep.pieces), PARTS[here].each)}"]
    return _joined(rest)


def read(sweep: Sweep) -> str:
    """Return what was read: "6 members, 34 numbers and 27 webhooks"."""
    return _joined([_several(count, shown.name) for shown, count in totals(sweep)])


def told(sweep: Sweep) -> list[tuple[str, int]]:
    """Return every count by its name, in the order in which they are told."""
    return [(shown.name, count) for shown, count in totals(sweep)] + [
        (shown.name, count) for _, rows in compared(sweep) for shown, count in rows
    ]


def totals(sweep: Sweep) -> list[Row]:
    """Return how many there are of what was read."""
    return [row for part in _counted(sweep) for row in _rows(sweep, part)[:1]]


def compared(sweep: Sweep) -> list[tuple[str, list[Row]]]:
    """Return for each part that compares how many differ in which way, also those of nothing."""
    return [(part.name, rows) for part in _counted(sweep) if (rows := _rows(sweep, part)[1:])]


def _counted(sweep: Sweep) -> list[Part]:
    return [part for part in PARTS if part.name in sweep.counts]


def _rows(sweep: Sweep, part: Part) -> list[Row]:
    return [(shown, sweep.counts.get(shown.name, 0)) for shown in part.shown()]


def _joined(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _several(count: int, name: str) -> str:
    return f"{count} {name.removesuffix('s') if count == 1 else name}"
