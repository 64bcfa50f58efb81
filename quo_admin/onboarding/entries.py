"""The entries of lists and files, and those that were skipped."""

from collections.abc import Iterable
from typing import NamedTuple

UNKNOWN = "Not one of your Quo numbers."
EMPTY = "No number in this row."
LOST_DIGITS = (
    "The spreadsheet dropped digits. Format the column as text, and enter the number again."
)
LONGEST = 200  # characters of a skipped entry that are kept


class Entry(NamedTuple):
    """A text that means a number, or several, and its row in the list or file, from 1.

    0 is a number that was selected.
    """

    text: str
    row: int = 0
    in_file: bool = False

    @property
    def place(self) -> str:
        where = "File, row" if self.in_file else "List, line"
        return f"{where} {self.row}" if self.row else "Selected"


class Skipped(NamedTuple):
    """An entry, or a part of one, that means no number."""

    text: str
    entry: Entry
    reason: str

    @property
    def place(self) -> str:
        return self.entry.place

    @property
    def row(self) -> list[str]:
        """What is kept of it, as the cells of a table: the text, the reason, the place."""
        return [self.text[:LONGEST], self.reason, self.place]


def entries_of(lines: Iterable[str]) -> list[Entry]:
    """Return the lines of a list that have anything."""
    numbered = enumerate(lines, start=1)
    return [Entry(text, row) for row, line in numbered if (text := line.strip())]


def several_called(name: str, count: int) -> str:
    return f"{count} numbers are called “{name[:LONGEST]}”. Enter the phone number instead."
