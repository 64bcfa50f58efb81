"""The progress and counts of a sync, in words."""

from quo_admin.workspace.models import Sync
from quo_admin.workspace.sync_parts import PARTS, Part, Shown

Row = tuple[Shown, int]


def place(sync: Sync) -> int:
    """Return the index of the current part; -1 before the first."""
    return [part.name for part in PARTS].index(sync.part) if sync.part else -1


def doing(sync: Sync) -> str:
    """Return what is being read: "Reading webhooks of Tom Lindqvist, 4 of 6 members"."""
    if not sync.part:
        return "Starting"
    part = PARTS[place(sync)]
    if not sync.pieces:
        return f"Finishing {part.name}"
    several = f", {sync.done + 1} of {sync.planned} {part.each}" if part.each else ""
    return f"Reading {part.words(sync.pieces[0])}{several}"


def left_out(sync: Sync) -> str:
    """Return what was not read because the sync ended early: "webhooks of 3 members"."""
    here = place(sync)
    rest = [part.name for part in PARTS[here + 1 :]]
    if sync.pieces:
        rest[:0] = [f"{sync.part} of {_several(len(sync.pieces), PARTS[here].each)}"]
    return _joined(rest)


def read(sync: Sync) -> str:
    """Return what was read: "6 members, 34 numbers and 27 webhooks"."""
    return _joined([_several(count, shown.name) for shown, count in totals(sync)])


def all_counts(sync: Sync) -> list[tuple[str, int]]:
    """Return every count with its name, in the order in which pages show them."""
    return [(shown.name, count) for shown, count in totals(sync)] + [
        (shown.name, count) for _, rows in compared(sync) for shown, count in rows
    ]


def totals(sync: Sync) -> list[Row]:
    """Return the totals of what was read."""
    return [row for part in _counted(sync) for row in _rows(sync, part)[:1]]


def compared(sync: Sync) -> list[tuple[str, list[Row]]]:
    """Return for each part that compares how many differ in which way, zeros included."""
    return [(part.name, rows) for part in _counted(sync) if (rows := _rows(sync, part)[1:])]


def _counted(sync: Sync) -> list[Part]:
    return [part for part in PARTS if part.name in sync.counts]


def _rows(sync: Sync, part: Part) -> list[Row]:
    return [(shown, sync.counts.get(shown.name, 0)) for shown in part.shown()]


def _joined(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _several(count: int, name: str) -> str:
    return f"{count} {name.removesuffix('s') if count == 1 else name}"
