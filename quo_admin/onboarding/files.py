"""A list of numbers out of a file from a spreadsheet."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from quo_admin.workspace.models import digits

LARGEST = 5 * 1024 * 1024  # bytes; house rule: some 100,000 rows
TOO_LARGE = "The file is larger than 5 MB. Keep only the column of numbers."
MOST_ROWS = 50_000
DELIMITERS = ";,\t|"
HEADINGS = ("number", "phone number", "phone", "telephone", "id", "number id", "name")
DIGITS = range(9, 16)  # of a number with its country or area code; a date has eight
TEMPLATE = ["number", "name"]  # the headings of the file to fill in; a name is for its reader


class UnreadableFile(ValueError):
    """The file holds no list of numbers. The text says to the staff member what to do."""


def read_numbers(content: bytes) -> list[str]:
    """Return the cells that name numbers, one for each row that has any.

    The first row may hold headings; then the column is the one called number, phone, id or name.
    Without headings it is the column with the most numbers in it. Where none has any, the rows
    are names, and each stands as it is.

    Raises:
        UnreadableFile: too large, too long, not text, or without a row.
    """
    rows = _rows(_text(content))
    if not rows:
        raise UnreadableFile("The file has no row. Put one number in each row.")
    if len(rows) > MOST_ROWS:
        raise UnreadableFile(
            f"The file has {len(rows):,} rows; {MOST_ROWS:,} are the most. Split it."
        )
    headings = [cell.strip().casefold() for cell in rows[0]]
    for name in HEADINGS:
        if name in headings:
            return _column(rows[1:], headings.index(name))
    place = _most_numbers(rows)
    if place is None:
        return [", ".join(cell.strip() for cell in row if cell.strip()) for row in rows]
    return _column(rows, place)


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        raise UnreadableFile(TOO_LARGE)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search("[\x00-\x08\x0e-\x1f]", text):
            return text
    raise UnreadableFile(
        "This is no text file. In the spreadsheet, choose “Save as” and CSV, and give that file."
    )


def _rows(text: str) -> list[list[str]]:
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as exc:
        raise UnreadableFile(f"The file cannot be read as CSV ({exc}). Save it anew.") from exc
    return [row for row in rows if any(cell.strip() for cell in row)]


def _column(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    cells = (" ".join(row[place].split()) for row in rows if len(row) > place)
    return [cell for cell in cells if cell]


def _most_numbers(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the column with the most cells that are numbers or ids of them, if any has one."""
    found = Counter(
        place for row in rows for place, cell in enumerate(row) if _is_number(cell.strip())
    )
    return max(sorted(found), key=found.__getitem__, default=None)


def _is_number(cell: str) -> bool:
    """Say whether a cell could be a number in some spelling, or the id of one."""
    if re.fullmatch(r"(tel:|')?[\d\s()+./‐‑–-]+", cell):
        return len(digits(cell)) in DIGITS
    return bool(re.fullmatch(r"PN\S+", cell))
