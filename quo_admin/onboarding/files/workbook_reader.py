"""Reads a workbook from standard input, and writes each visible sheet as a line of JSON.

Run by workbook.py as a script, in a process that may take only so much memory and time.
Arguments: how many rows are wanted, and bytes of memory.
"""

import json
import sys
from contextlib import suppress
from io import BytesIO
from typing import Any

import python_calamine as calamine

TIME_S = 10  # of the processor; our limit
WIDEST = 200  # columns of a row
LONGEST = 500  # characters of a cell


def main(most_rows: int, memory: int) -> None:
    _limit(memory)
    out = sys.stdout
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
    except calamine.PasswordError:
        out.write('"password"\n')
        return
    for sheet in workbook.sheets_metadata:
        visible = sheet.visible == calamine.SheetVisibleEnum.Visible
        if visible and sheet.typ == calamine.SheetTypeEnum.WorkSheet:
            cells = workbook.get_sheet_by_name(sheet.name)
            out.write(json.dumps({"name": sheet.name} | _rows(cells, most_rows)) + "\n")
            out.flush()


def _limit(memory: int) -> None:
    """Limit memory and time, where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (TIME_S, TIME_S))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _rows(sheet: calamine.CalamineSheet, most: int) -> dict[str, Any]:
    if sheet.start is None:
        return {"size": 0, "rows": []}
    rows: list[tuple[int, list[str]]] = []
    size = 0
    for place, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_text(value) for value in row[:WIDEST]]
        if any(cells):
            size += 1
            if size <= most + 1:  # one may be a heading
                rows.append((place, cells))
    return {"size": size, "rows": rows}


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:LONGEST].strip()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
