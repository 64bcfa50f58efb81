"""Reading a list of numbers from a spreadsheet file."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from quo_admin.workspace.phone_numbers import digits

LARGEST = 5 * 1024 * 1024  # bytes; our limit: some 100,000 rows
TOO_LARGE = "The file is larger than 5 MB. Keep only the column of numbers."
MAX_ROWS = 50_000
DELIMITERS = ";,\t|"
NUMBER_HEADINGS = ("number", "number id")  # headings of columns that are read as a whole
# common in lists from other systems
HEADINGS = ("phone number", "phone", "telephone", "id", "name")
DIGITS = range(9, 16)  # of a number with its country or area code; a date has eight
TEMPLATE = ["number", "name"]  # the headings of the template; the name is for people


class UnreadableFile(ValueError):
    """The file has no list of numbers. The text tells the user what to do."""


def read_numbers(content: bytes) -> list[str]:
    """Return the texts that mean numbers, one for each row that has any.

    The first row may be headings. A column called number is the only one that counts; without it,
    all columns with numbers in them count. If there is none, it is the column called phone, id or
    name, or the rows are names.

    Raises:
        UnreadableFile: too large, too long, not text, or without a row.
    """
    rows = _rows(_text(content))
    if not rows:
        raise UnreadableFile("The file is empty. Put one number in each row.")
    ours, others = _under(NUMBER_HEADINGS, rows[0]), _under(HEADINGS, rows[0])
    rows = rows[1:] if ours or others else rows
    if len(rows) > MAX_ROWS:
        raise UnreadableFile(
            f"The file has {len(rows):,} rows; the limit is {MAX_ROWS:,}. Split the file."
        )
    columns = ours or _with_numbers(rows) or others[:1]
    if not columns:
        return [", ".join(cell.strip() for cell in row if cell.strip()) for row in rows]
    return [text for row in rows if (text := _number_text(row, columns))]


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
        "This is not a text file. Save it as CSV in your spreadsheet, then choose that file."
    )


def _rows(text: str) -> list[list[str]]:
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as exc:
        raise UnreadableFile(f"The file could not be read as CSV ({exc}). Save it again.") from exc
    return [row for row in rows if any(cell.strip() for cell in row)]


def _under(headings: Sequence[str], row: Sequence[str]) -> list[int]:
    """Return the columns with this heading, in the order of the headings."""
    cells = [cell.strip().casefold() for cell in row]
    return [cells.index(heading) for heading in headings if heading in cells]


def _with_numbers(rows: Iterable[Sequence[str]]) -> list[int]:
    found = {n for row in rows for n, cell in enumerate(row) if _is_number(cell.strip())}
    return sorted(found)


def _number_text(row: Sequence[str], columns: Iterable[int]) -> str:
    """Return the numbers in these columns of a row, or else the first text."""
    cells = [" ".join(row[n].split()) for n in columns if n < len(row)]
    numbers = dict.fromkeys(cell for cell in cells if _is_number(cell))
    return "; ".join(numbers) or next(filter(None, cells), "")


def _is_number(cell: str) -> bool:
    """Whether a cell could be a number in some spelling, or the ID of one."""
    if re.fullmatch(r"(tel:|')?[\d\s()+./‐‑–-]+", cell):
        return len(digits(cell)) in DIGITS
    return bool(re.fullmatch(r"PN\S+", cell))
