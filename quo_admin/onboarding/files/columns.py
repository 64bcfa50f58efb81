"""Which cells of a table mean numbers."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from quo_admin.onboarding.entries import Entry
from quo_admin.onboarding.files.cells import has_lost_digits, original_text
from quo_admin.workspace.phone_numbers import digits, plain

Row = tuple[int, Sequence[str]]  # its place in the file, from 1, and its cells
NUMBER_HEADINGS = ("number", "number id")  # headings of columns that are read as a whole
# common in lists from other systems
HEADINGS = ("phone number", "phone", "telephone", "id", "name")
DIGITS = range(9, 16)  # of a number with its country or area code; a date has eight
HAS_NUMBER = re.compile(r"\d\D{0,3}\d\D{0,3}\d\D{0,3}\d")  # four digits: an incomplete one
SIMPLE = re.compile(r"[0-9\s()+.-]+")  # most numbers, and all that some tables have
WORD = re.compile("tel|phone|mobile|PN", re.IGNORECASE)  # may begin the cell of a number
NUMBER = re.compile(
    r"(?:(?:tel|phone|mobile)[.:]*\s*|')?([\d\s()+./‐‑–-]++)(?:(?:ext\w*|x|#)[\s.:=]*\d{1,7}\)?)?",
    re.IGNORECASE,
)


class Column(NamedTuple):
    """The numbers of a table.

    Attributes:
        entries: one for each row that has any.
        empty: the other rows, with what they have.
        headings: how many rows of headings there are, 0 or 1.
        heading: the first row, if it is taken for headings although we do not know them.
        has_numbers: whether anything looks like a number; otherwise the rows may be names.
    """

    entries: list[Entry]
    empty: list[Entry]
    headings: int = 0
    heading: str = ""
    has_numbers: bool = False


def numbers_in(rows: Sequence[Row]) -> Column:
    """Return the texts that mean numbers, one for each row that has any.

    The first row may be headings. A column called number is the only one that counts; without it,
    all columns with numbers in them count. If there is none, it is the column called phone, id or
    name, or the rows are names. A first row without any number is headings if others have some.

    Args:
        rows: none of them empty.
    """
    if not rows:
        return Column([], [])
    first = rows[0][1]
    ours, others = _under(NUMBER_HEADINGS, first), _under(HEADINGS, first)
    body = rows[1:] if ours or others else rows
    found = _with_numbers(body)
    heading = ""
    if body is rows and found and not any(_is_number(c) or HAS_NUMBER.search(c) for c in first):
        body, heading = rows[1:], _shown(first)
    headings = len(rows) - len(body)
    columns = ours or found or others[:1]
    if not columns:
        return Column([Entry(_shown(cells), n, True) for n, cells in body], [], headings)
    entries, empty = [], []
    for n, cells in body:
        if text := _number_text(cells, columns):
            entries.append(Entry(text, n, True))
        else:
            empty.append(Entry(_shown(cells), n, True))
    return Column(entries, empty, headings, heading, bool(found))


def _shown(cells: Iterable[str]) -> str:
    return ", ".join(" ".join(cell.split()) for cell in cells if cell.strip())


def _under(headings: Sequence[str], row: Sequence[str]) -> list[int]:
    """Return the columns with this heading, in the order of the headings."""
    cells = [cell.strip().casefold() for cell in row]
    return [cells.index(heading) for heading in headings if heading in cells]


def _with_numbers(rows: Iterable[Row]) -> list[int]:
    found = {n for _, row in rows for n, cell in enumerate(row) if cell and _is_number(cell)}
    return sorted(found)


def _number_text(row: Sequence[str], columns: Iterable[int]) -> str:
    """Return the numbers in these columns of a row, or else the first text."""
    cells = [" ".join(row[n].split()) for n in columns if n < len(row)]
    numbers = dict.fromkeys(cell for cell in cells if _is_number(cell))
    return "; ".join(numbers) or next(filter(None, cells), "")


def _is_number(cell: str) -> bool:
    """Whether a cell could be a number in some spelling, several, or the ID of one."""
    if cell[:1].isalpha() and not WORD.match(cell):
        return False
    if SIMPLE.fullmatch(cell):
        return len(digits(cell)) in DIGITS
    typed = original_text(plain(cell))
    if has_lost_digits(typed) or re.fullmatch(r"PN\S+", typed):
        return True
    matches = (NUMBER.fullmatch(part.strip()) for part in re.split("[,;]", typed))
    return any(len(digits(match[1])) in DIGITS for match in matches if match)
