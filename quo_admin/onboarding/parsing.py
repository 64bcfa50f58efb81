"""Parsing numbers as people write them: which of the company's numbers a text means."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings

from quo_admin.onboarding.files.cells import original_text
from quo_admin.quo import spec
from quo_admin.workspace.models import Number, ShortNumber
from quo_admin.workspace.phone_numbers import calling_code, digits, main_country, plain, readings

Book = dict[str, list[ShortNumber]]
NATIONAL = "national "  # begins the key of a number without its country code
SIMPLE = re.compile(r"\+?[0-9\s().-]+")  # spellings that need no library
FEW = 200  # texts: as many IDs are looked up one by one; for more, all numbers are read


@dataclass
class ParsedNumbers:
    """The numbers that a list of texts means.

    Attributes:
        numbers: each once, in the order of the texts.
        unknown: texts that are none of the company's numbers, each once, as written.
        shared: those of them that are the name of several numbers.
        doubles: how many texts meant a number that was named before.
    """

    numbers: list[ShortNumber] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    doubles: int = 0


def parse_numbers(texts: Iterable[str], *, first: Iterable[ShortNumber] = ()) -> ParsedNumbers:
    """Find the number that each text means: an ID, a number in any usual spelling, or a name.

    A text that means nothing as a whole may be several: separated by commas and semicolons, IDs
    also by spaces. Of the cells of a row, separated by tabs, one is enough. A name of several
    numbers means none of them. Empty texts are ignored.

    Args:
        first: numbers that were chosen before the texts, each once.
    """
    texts = [stripped for text in texts if (stripped := text.strip())]
    found = ParsedNumbers(numbers=list(first))
    if not texts:
        return found
    index = _index(texts)
    seen = {number.quo_id for number in found.numbers}
    unknown: set[str] = set()
    for text in texts:
        if known := index.by_id.get(text) or index.look_up(text):
            _add(known, found, seen)
            continue
        named = index.read_parts(text)
        for number in {each.quo_id: each for each in named.values() if each}.values():
            _add(number, found, seen)
        new = [part for part, number in named.items() if not (number or part in unknown)]
        found.unknown += new
        found.shared += [part for part in new if index.is_shared(part)]
        unknown.update(new)
    return found


def _add(number: ShortNumber, found: ParsedNumbers, seen: set[str]) -> None:
    if number.quo_id in seen:
        found.doubles += 1
    else:
        seen.add(number.quo_id)
        found.numbers.append(number)


def _index(texts: Sequence[str]) -> "NumberIndex":
    """Return an index with every number that the texts may mean."""
    ids = set(texts)
    if len(ids) <= FEW and all(spec.PHONE_NUMBER_ID.fullmatch(id) for id in ids):
        named = ShortNumber.read(Number.objects.filter(quo_id__in=ids))
        if len(named) == len(ids):
            return NumberIndex(named)
    return NumberIndex(ShortNumber.read(Number.objects.order_by()))


class NumberIndex:
    """The company's numbers by ID, digits and name. Current numbers win over those that left:
    a number that was given up and bought again has another ID.
    """

    def __init__(self, numbers: Sequence[ShortNumber]) -> None:
        self.by_id = {number.quo_id: number for number in numbers}
        self._told: dict[str, tuple[ShortNumber | None, bool]] = {}

    def read_parts(self, text: str) -> dict[str, ShortNumber | None]:
        """Return the parts of a text that means nothing as a whole, each with its number."""
        cells = {cell: self.look_up(cell) for cell in _parts(r"\t+", text)}
        if any(cells.values()):
            return {cell: number for cell, number in cells.items() if number}
        parts = {part: self.look_up(part) for part in _parts(r"[,;]", text)}
        if any(parts.values()):
            return parts
        ids = _parts(r"[\s,;]+", text)
        if all(spec.PHONE_NUMBER_ID.fullmatch(id) for id in ids):
            return {id: self.look_up(id) for id in ids}
        return {text: None}

    def look_up(self, text: str) -> ShortNumber | None:
        return self._find(text)[0]

    def is_shared(self, text: str) -> bool:
        return self._find(text)[1]

    def _find(self, text: str) -> tuple[ShortNumber | None, bool]:
        """Return the number that a text means, or whether several current numbers have that name.

        Cached, since a text is looked up as a whole, as its only part, and as an unknown one.
        """
        if text not in self._told:
            typed = original_text(text)
            cleaned = plain(typed)
            keys = [text, cleaned, cleaned.casefold(), *_simple_keys(cleaned)]
            # Reading a number costs twenty times as much as looking it up.
            number = self._under(keys) or self._under(readings(typed, self._country))
            here, _ = self._books
            shared = not number and any(len(here.get(key, ())) > 1 for key in keys)
            self._told[text] = number, shared
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
