"""Tables handed out as CSV, for people who open them in a spreadsheet.

A spreadsheet runs what looks like a formula, whoever wrote it; labels are written by anybody who
may make a webhook. So no cell of ours begins like one, nor does what a spreadsheet may part from
it: where a comma is the decimal point, Excel takes ";" for what stands between two cells.
Source: https://owasp.org/www-community/attacks/CSV_Injection (the beginnings, their full-width
forms, the apostrophe).
"""

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice

from django.http import StreamingHttpResponse
from django.utils import timezone

BEGINNINGS = "=+-@\u2212"  # the last is the minus of typography, which LibreOffice reads as one
E164 = re.compile(r"\+[1-9][0-9]{1,14}")
NUMBERS = re.compile(rf"{E164.pattern}(; {E164.pattern})*")
BETWEEN = re.compile(r"([;|\t\r\n])")  # what somebody's spreadsheet takes for the end of a cell
# What may stand there and be no word; most lists have words alone, and are not parted to be read.
DOUBTFUL = re.compile(rf"{BETWEEN.pattern}(?! ?[\w(])")
ROWS_A_CHUNK = 200


def cell(value: object) -> str:
    """Return the text of one cell, with an apostrophe before what a spreadsheet might run.

    Phone numbers in E.164 stay as they are: with its plus each is a number and nothing else. None
    is an empty cell.
    """
    text = "" if value is None else str(value)
    safe = f"'{text}" if _could_run(text) else text
    if not DOUBTFUL.search(text):
        return safe
    first, *rest = BETWEEN.split(safe)
    for end, part in zip(rest[::2], rest[1::2], strict=True):
        # A spreadsheet that ended a cell there would take the quotes that follow for its own.
        first += f"{end}'{part}" if _could_run(part.replace('"', " ").strip()) else end + part
    return first


def csv_response(
    name: str, header: Iterable[str], rows: Iterable[Iterable[object]]
) -> StreamingHttpResponse:
    """Return the table as a download that is sent while it is read.

    The header leaves at once and alone, the rows in chunks, so the memory it takes does not grow
    with them. Whoever reads the rows from a table reads them in stretches. UTF-8 with a mark in
    front, without which Excel takes “é” for two characters of the machine's own code page.

    Args:
        name: what the file is called, without the day and without .csv.
    """
    return StreamingHttpResponse(
        _chunks(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{timezone.now():%Y-%m-%d}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _could_run(text: str) -> bool:
    """Say whether a spreadsheet could take the text for a formula.

    White space and what has no width is skipped, as some skip it; full-width forms count as
    what they stand for.
    """
    if not text or text[0].isalnum() or NUMBERS.fullmatch(text):
        return False
    if text[:1] in ("\t", "\r", "\n"):
        return True
    first = next((c for c in text if unicodedata.category(c)[0] not in "CZ"), "")
    return unicodedata.normalize("NFKC", first)[:1] in tuple(BEGINNINGS)


def _chunks(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    yield codecs.BOM_UTF8 + _lines([header])
    left = iter(rows)
    while chunk := list(islice(left, ROWS_A_CHUNK)):
        yield _lines(chunk)


def _lines(rows: Iterable[Iterable[object]]) -> bytes:
    """Return the rows as lines that end in CRLF.

    What UTF-8 cannot hold becomes a question mark: an error could no longer be shown here.
    """
    lines = StringIO(newline="")
    csv.writer(lines).writerows(
        # Most texts begin with a letter and have nothing in them that could end a cell; a call for
        # each would double the time of a row.
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
