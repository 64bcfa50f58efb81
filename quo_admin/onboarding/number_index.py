"""The company's numbers, found by what people write: which of them a text means."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from django.conf import settings

from quo_admin.onboarding.entries import LOST_DIGITS, UNKNOWN, several_called
from quo_admin.onboarding.files.cells import has_lost_digits, original_text
from quo_admin.quo import spec
from quo_admin.workspace.models import ShortNumber
from quo_admin.workspace.phone_numbers import calling_code, digits, main_country, plain, readings

Book = dict[str, list[ShortNumber]]
NATIONAL = "national "  # begins the key of a number without its country code
SIMPLE = re.compile(r"\+?[0-9\s().-]+")  # spellings that need no library


class NumberIndex:
    """The company's numbers by ID, digits and name. Current numbers win over those that left:
    a number that was given up and bought again has another ID.
    """

    def __init__(self, numbers: Sequence[ShortNumber]) -> None:
        self.by_id = {number.quo_id: number for number in numbers}
        self._told: dict[str, tuple[ShortNumber | None, int]] = {}

    def read_parts(self, text: str) -> dict[str, ShortNumber | None]:
        """Return the parts of a text that means nothing as a whole, each with its number."""
        cells = {cell: self.look_up(cell) for cell in _parts(r"\t+", text)}
        if any(cells.values()):
            return {cell: number for cell, number in cells.items() if number}
        parts = {part: self.look_up(part) for part in _parts(r"[,;]", text)}
        if any(parts.values()):
            return parts
        ids = _parts(r"[\s,;]+", text)
        if ids and all(spec.PHONE_NUMBER_ID.fullmatch(id) for id in ids):
            return {id: self.look_up(id) for id in ids}
        return {text: None}

    def look_up(self, text: str) -> ShortNumber | None:
        return self._find(text)[0]

    def why_unknown(self, text: str) -> str:
        """Return why a text means no number, and what to do, in a sentence or two."""
        if (count := self._find(text)[1]) > 1:
            return several_called(text, count)
        return LOST_DIGITS if has_lost_digits(text) else UNKNOWN

    def _find(self, text: str) -> tuple[ShortNumber | None, int]:
        """Return the number that a text means, or how many current numbers have that name.

        Cached, since a text is looked up as a whole, as its only part, and as an unknown one.
        """
        if text not in self._told:
            typed = original_text(text)
            cleaned = plain(typed)
            keys = [text, cleaned, cleaned.casefold(), *_simple_keys(cleaned)]
            # Reading a number costs twenty times as much as looking it up.
            number = self._under(keys) or self._under(readings(typed, self._country))
            here, _ = self._books
            named = 0 if number else max(len(here.get(key, ())) for key in keys)
            self._told[text] = number, named
        return self._told[text]

    def _under(self, keys: Sequence[str]) -> ShortNumber | None:
        here, left = self._books
        return _only_one(here, keys) or _only_one(left, keys)

    @cached_property
    def _country(self) -> str:
        """The country of numbers without a country code."""
        if settings.DEFAULT_COUNTRY:
            return str(settings.DEFAULT_COUNTRY)
        here = [n.digits for n in self.by_id.values() if n.digits and n.missing_since is None]
        return main_country(here)

    @cached_property
    def _books(self) -> tuple[Book, Book]:
        """The numbers of the company, and those that left it, under every key of theirs.

        Only made for a text that is no ID.
        """
        here: Book = {}
        left: Book = {}
        code = calling_code(self._country)
        for number in self.by_id.values():
            book = here if number.missing_since is None else left
            keys = {number.quo_id, number.digits, plain(number.name or "").casefold()}
            if code and number.digits.startswith(code):
                keys.add(NATIONAL + number.digits[len(code) :])
            for key in keys - {""}:
                book.setdefault(key, []).append(number)
        return here, left


def _only_one(book: Book, keys: Iterable[str]) -> ShortNumber | None:
    """Return the number of the first key that means exactly one."""
    for key in keys:
        found = book.get(key)
        if found and len(found) == 1:
            return found[0]
    return None


def _parts(separator: str, text: str) -> list[str]:
    return [part.strip() for part in re.split(separator, text) if part.strip()]


def _simple_keys(text: str) -> list[str]:
    """Return the keys of a number written with digits and little else."""
    if not SIMPLE.fullmatch(text):
        return []
    figures = digits(text)
    return [figures] if text.startswith("+") else [NATIONAL + figures, figures]
