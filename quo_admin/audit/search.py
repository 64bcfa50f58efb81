"""The search of the audit log: by label, ID, change, IP address, request and number.

Case does not matter, nor do the signs in a phone number. On PostgreSQL the index is used by itself
wherever three letters or digits follow each other. On SQLite it is a table that is read in the
order of numbers, so that a search that matches everything reads only as much as is needed.
"""

import re
from typing import Any

from django.db import connection
from django.db.models import Func, Q, TextField
from django.db.models.expressions import RawSQL

from quo_admin.audit import search_index
from quo_admin.audit.models import HIGHEST, Entry, EntryQuerySet, Found

SHORTEST = 3  # characters that the index can find
RECENT = 5_000  # the newest entries, which are searched for fewer characters
FEW = 2_000  # entries; if no more match the filters, reading each is faster than the index
SCANNED = 10_000  # entries; if more match the filters, the index is faster

PHONE = re.compile(r"[-+0-9 ().]*")
DIGITS = 7  # at least, of a phone number; fewer are part of anything


def search(entries: EntryQuerySet, words: str, *, is_complete: bool = False) -> Found:
    """Return those of the entries that contain the words; see ``is_partial``.

    Args:
        is_complete: search all entries for one or two characters too, by reading each.
    """
    if not words:
        return entries
    if len(words) < SHORTEST and is_complete:
        return _containing(entries, words)
    if len(words) < SHORTEST:
        recent = Q(number__gt=Entry.objects.head().number - RECENT)
        return _containing(entries, words, among=recent)
    if connection.vendor != "sqlite" or not search_index.exists():
        return _containing(entries, words)
    found = _Indexed(entries, words)
    return found if found.is_quick() else _containing(entries, words)


def is_partial(words: str, *, total: int) -> bool:
    """Whether only the newest entries of so many are searched for these words."""
    return 0 < len(words) < SHORTEST and total > RECENT


def _containing(entries: EntryQuerySet, words: str, *, among: Q | None = None) -> EntryQuerySet:
    """Return the entries with the words, by reading each, or by PostgreSQL's index."""
    text = Func(
        *search_index.COLUMNS,
        template="(%(expressions)s)",
        arg_joiner=search_index.JOINER,
        output_field=TextField(),
    )
    found = Q()
    for spelling in _spellings(words):
        # LIKE of SQLite knows the case of ASCII letters only; the index knows all.
        sqlite = connection.vendor == "sqlite"
        found |= Q(text__iregex=re.escape(spelling)) if sqlite else Q(text__icontains=spelling)
    found = found if among is None else among & found
    number = _number(words)
    return entries.alias(text=text).filter(found if number is None else found | Q(number=number))


def _spellings(words: str) -> set[str]:
    """Return the words, and the digits of a phone number."""
    digits = re.sub("[^0-9]", "", words)
    return {words, digits} if PHONE.fullmatch(words) and len(digits) >= DIGITS else {words}


def _number(words: str) -> int | None:
    return int(words) if re.fullmatch("[0-9]{1,18}", words) else None


class _Indexed:
    """The entries with the words, by the index of SQLite."""

    def __init__(self, entries: EntryQuerySet, words: str) -> None:
        self.filtered = bool(entries.query.where)
        self.entries = entries
        quoted = ('"{}"'.format(text.replace('"', '""')) for text in _spellings(words))
        self.match = f"text : ({' OR '.join(quoted)})"
        if (number := _number(words)) is not None:
            self.match += f' OR number : "\n{number}\n"'

    def is_quick(self) -> bool:
        """Whether the index is faster than the filters: it is if it finds fewer entries."""
        if not self.filtered:
            return True
        count = len(self.entries.numbers(limit=SCANNED + 1))
        if count <= FEW:
            return False
        return count > SCANNED or len(self._read(limit=count)) < count

    def numbers(
        self, *, above: int = 0, below: int = HIGHEST, oldest_first: bool = False, limit: int
    ) -> list[int]:
        if not self.filtered:
            return self._read(above=above, below=below, oldest_first=oldest_first, limit=limit)
        newest = self.entries.numbers(above=above, below=below, limit=1)
        oldest = self.entries.numbers(above=above, below=below, oldest_first=True, limit=1)
        if not newest:
            return []
        return self._read(
            above=oldest[0] - 1,
            below=newest[0] + 1,
            oldest_first=oldest_first,
            limit=limit,
            among=self.entries,
        )

    def _read(
        self,
        *,
        above: int = 0,
        below: int = HIGHEST,
        oldest_first: bool = False,
        limit: int,
        among: EntryQuerySet | None = None,
    ) -> list[int]:
        """Read the index in the order of numbers, and look up each entry for the filters."""
        index = search_index.INDEX
        parameters: list[Any] = [self.match, above, below]
        condition = ""
        if among is not None:
            same = RawSQL(f"{index}.rowid", [])  # noqa: S611
            entry, its = among.filter(number=same).values("pk").query.sql_with_params()
            condition = f" AND EXISTS ({entry})"
            parameters += its
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT rowid FROM {index} WHERE {index} MATCH %s AND rowid > %s AND rowid < %s"  # noqa: S608
                f"{condition} ORDER BY rowid {'ASC' if oldest_first else 'DESC'} LIMIT %s",
                [*parameters, limit],
            )
            return [number for (number,) in cursor.fetchall()]
