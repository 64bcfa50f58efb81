"""From the bytes of a file to the entries of a list."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from quo_admin.first_names import first_names
from quo_admin.onboarding.entries import Entry
from quo_admin.onboarding.files.columns import Column, numbers_in
from quo_admin.onboarding.files.kinds import is_workbook
from quo_admin.onboarding.files.limits import LARGEST, MAX_ROWS, TOO_LARGE, UnreadableFile
from quo_admin.onboarding.files.text import rows_of_text
from quo_admin.onboarding.files.workbook import Sheet, has_formulas, has_macros, sheets

NAMED = 3  # sheets
EMPTY = "The file is empty. Put one number in each row."
NO_RESULTS = (
    "The cells of this workbook are formulas without results. Open it in your spreadsheet, save "
    "it, and choose it again."
)


@dataclass(frozen=True)
class FileNumbers:
    """What a file has.

    Attributes:
        entries: one for each row with a number or a name.
        empty: rows without any, with what they have instead.
        notes: sentences on how the file was read.
    """

    entries: list[Entry]
    empty: list[Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_numbers(content: bytes) -> FileNumbers:
    """Return the entries of a file.

    Raises:
        UnreadableFile: too large, too long, another kind of file, damaged, or without a row.
    """
    if len(content) > LARGEST:
        raise UnreadableFile(TOO_LARGE)
    if is_workbook(content):
        return _of_workbook(content)
    rows = [
        (n, row)
        for n, row in enumerate(rows_of_text(content), start=1)
        if any(cell.strip() for cell in row)
    ]
    if not rows:
        raise UnreadableFile(EMPTY)
    return _found(numbers_in(rows), len(rows), [])


def _of_workbook(content: bytes) -> FileNumbers:
    """Read the first sheet with numbers, or else the first one with anything."""
    skipped: list[str] = []
    fallback: tuple[Sheet, Column] | None = None
    chosen = None
    for sheet in sheets(content):
        column = numbers_in(sheet.rows)
        if column.has_numbers:
            chosen = (sheet, column)
            break
        skipped.append(sheet.name)
        fallback = fallback or ((sheet, column) if sheet.rows else None)
    if chosen is None and has_formulas(content):
        raise UnreadableFile(NO_RESULTS)
    if not (chosen := chosen or fallback):
        raise UnreadableFile(EMPTY)
    sheet, column = chosen
    notes = [f"Read from the sheet “{sheet.name}”."]
    if others := [f"“{name}”" for name in skipped if name != sheet.name]:
        notes.append(f"No numbers in {first_names(others, NAMED)}.")
    if has_macros(content):
        notes.append("Its macros were ignored.")
    return _found(column, sheet.size, notes)


def _found(column: Column, rows: int, notes: Iterable[str]) -> FileNumbers:
    if (count := rows - column.headings) > MAX_ROWS:
        raise UnreadableFile(
            f"The file has {count:,} rows; the limit is {MAX_ROWS:,}. Split the file."
        )
    heading = [f"The first row is a heading: “{column.heading}”."] if column.heading else []
    return FileNumbers(column.entries, column.empty, [*notes, *heading])
