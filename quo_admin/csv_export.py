"""CSV downloads, for people who open them in a spreadsheet.

A spreadsheet runs what looks like a formula, whoever wrote it, and anybody who may create a webhook
writes labels. So no cell begins like a formula, nor does any part of one after a separator: with a
decimal comma, Excel takes ";" as the separator of cells.

Source: https://owasp.org/www-community/attacks/CSV_Injection (first characters, their full-width
forms, the apostrophe).
"""

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone

FORMULA_PREFIXES = "=+-@\u2212"  # the last is the typographic minus, which LibreOffice reads as one
E164 = re.compile(r"\+[1-9][0-9]{1,14}")
NUMBERS = re.compile(rf"{E164.pattern}(; {E164.pattern})*")
BETWEEN = re.compile(r"([;|\t\r\n])")  # what a spreadsheet may take as the end of a cell
# Separators that may be in a list of words; most lists have words only and need no parsing.
UNSAFE_SEPARATOR = re.compile(rf"{BETWEEN.pattern}(?! ?[\w(])")
ROWS_PER_CHUNK = 200


class NothingFound(Exception):
    """Nothing matches the filters, so there is nothing to export."""


def require_rows(found: QuerySet[Any]) -> None:
    """Check that there is something to export. Call this before the export is recorded.

    A search without results is not recorded: it may be a key, pasted by mistake.

    Raises:
        NothingFound: there is nothing.
    """
    if not found.exists():
        raise NothingFound


def cell(value: object) -> str:
    """Return the text of one cell, with an apostrophe before what a spreadsheet might run.

    Phone numbers in E.164 stay as they are: with its plus, each is a number and nothing else. None
    is an empty cell.
    """
    text = "" if value is None else str(value)
    safe = f"'{text}" if _looks_like_formula(text) else text
    if not UNSAFE_SEPARATOR.search(text):
        return safe
    first, *rest = BETWEEN.split(safe)
    for end, part in zip(rest[::2], rest[1::2], strict=True):
        # A spreadsheet that ended a cell there would take the following quotes as its own.
        first += (
            f"{end}'{part}" if _looks_like_formula(part.replace('"', " ").strip()) else end + part
        )
    return first


def csv_response(
    name: str, header: Iterable[str], rows: Iterable[Iterable[object]]
) -> StreamingHttpResponse:
    """Return the rows as a download that is sent while they are read.

    The header is sent at once, the rows in chunks, so memory does not grow with them. UTF-8 with a
    byte order mark, without which Excel reads “é” as two characters.

    Args:
        name: of the file, without the day and without .csv.
    """
    return StreamingHttpResponse(
        _chunks(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{timezone.now():%Y-%m-%d}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet could take the text as a formula.

    White space and zero-width characters are skipped, as some spreadsheets do; full-width forms
    count as the characters they stand for.
    """
    if not text or text[0].isalnum() or NUMBERS.fullmatch(text):
        return False
    if text[:1] in ("\t", "\r", "\n"):
        return True
    first = next((c for c in text if unicodedata.category(c)[0] not in "CZ"), "")
    return unicodedata.normalize("NFKC", first)[:1] in tuple(FORMULA_PREFIXES)


def _chunks(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    yield codecs.BOM_UTF8 + _lines([header])
    left = iter(rows)
    while chunk := list(islice(left, ROWS_PER_CHUNK)):
        yield _lines(chunk)


def _lines(rows: Iterable[Iterable[object]]) -> bytes:
    """Return the rows as lines that end in CRLF.

    What UTF-8 cannot encode becomes a question mark: an error could not be shown any more.
    """
    lines = StringIO(newline="")
    csv.writer(lines).writerows(
        # Most texts begin with a letter and contain nothing that could end a cell; a call for each
        # would double the time of a row.
        [
            v
            if not v
            or (
                isinstance(v, str)
                and v[0].isalnum()
                and ";" not in v
                and "|" not in v
                and v.isprintable()
            )
            else cell(v)
            for v in row
        ]
        for row in rows
    )
    return lines.getvalue().encode(errors="replace")
