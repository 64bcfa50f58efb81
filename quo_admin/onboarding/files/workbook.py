"""Sheets of a workbook, read in a process of its own."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from quo_admin.onboarding.files.kinds import PROTECTED, ZIP
from quo_admin.onboarding.files.limits import MAX_ROWS, UnreadableFile

READER = Path(__file__).with_name("workbook_reader.py")
# What Python needs to start; the process has no use for our secrets.
ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT")
MEMORY = 300 * 1024 * 1024  # bytes; our limit
LONGEST_SHEET = 64 * 1024 * 1024  # bytes of JSON; our limit
UNREADABLE = (
    "The workbook could not be read. It is damaged, or has far more cells than a list of numbers. "
    "Copy only the column of numbers to a new workbook, save it, and choose that file."
)
MACROS = (b"vbaProject.bin", "_VBA_PROJECT".encode("utf-16-le"))


class Sheet(NamedTuple):
    """A sheet. ``size`` is how many rows have something in them; not all of them are in
    ``rows`` if there are more than MAX_ROWS. Each has its place in the sheet, from 1.
    """

    name: str
    size: int
    rows: list[tuple[int, list[str]]]


def sheets(content: bytes) -> Iterator[Sheet]:
    """Yield the visible sheets, with the values of their cells as text.

    A small file can have billions of cells, for which the library takes memory all at once. If it
    gets none, its process ends: therefore it has its own, with limits.

    Raises:
        UnreadableFile: damaged, protected by a password, or too large.
    """
    command = [sys.executable, "-P", str(READER), str(MAX_ROWS), str(MEMORY)]
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603  (our own command)
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment
    ) as reader:
        assert reader.stdin is not None  # noqa: S101  (for mypy)
        assert reader.stdout is not None  # noqa: S101
        try:
            with suppress(BrokenPipeError), reader.stdin:
                reader.stdin.write(content)
            while line := reader.stdout.readline(LONGEST_SHEET):
                yield _sheet(line)
            if reader.wait():
                raise UnreadableFile(UNREADABLE)
        finally:
            reader.kill()


def _sheet(line: bytes) -> Sheet:
    if not line.endswith(b"\n"):
        raise UnreadableFile(UNREADABLE)
    found = json.loads(line)
    if found == "password":
        raise UnreadableFile(PROTECTED)
    return Sheet(found["name"], found["size"], [(row, cells) for row, cells in found["rows"]])


def has_macros(content: bytes) -> bool:
    return any(mark in content for mark in MACROS)


def has_formulas(content: bytes) -> bool:
    """Whether there are formulas in a workbook of Excel, with or without results."""
    if not content.startswith(ZIP):
        return False
    with suppress(BadZipFile, OSError, NotImplementedError), ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
                with archive.open(name) as part:
                    if re.search(rb"<f[ >]", part.read(1024 * 1024)):
                        return True
    return False
