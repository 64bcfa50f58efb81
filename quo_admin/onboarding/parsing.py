"""Parsing numbers as people write them: which of the company's numbers a text means."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from quo_admin.quo import spec
from quo_admin.workspace.models import Number
from quo_admin.workspace.phone_numbers import plain, whole


@dataclass
class ParsedNumbers:
    """The numbers that a list of texts means.

    Attributes:
        numbers: each once, in the order of the texts.
        unknown: texts that are none of the company's numbers, each once, as written.
        shared: those of them that are the name of several numbers.
        doubles: how many texts meant a number that was named before.
    """

    numbers: list[Number] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    doubles: int = 0


def parse_numbers(texts: Iterable[str]) -> ParsedNumbers:
    """Find the number that each text means: an ID, a number in any usual spelling, or a name.

    A text that means nothing as a whole may be several: separated by commas and semicolons, IDs
    also by spaces. Of the cells of a row, separated by tabs, one is enough. A name of several
    numbers means none of them. Empty texts are ignored.
    """
    texts = [text for text in texts if text.strip()]
    found = ParsedNumbers()
    if not texts:
        return found
    book = NumberIndex(Number.objects.all())
    seen: set[str] = set()
    for text in texts:
        named = book.read(text)
        ids = {number.quo_id: number for number in named.values() if number}
        found.doubles += sum(id in seen for id in ids)
        found.numbers += [number for id, number in ids.items() if id not in seen]
        unknown = [part for part, number in named.items() if not (number or f"? {part}" in seen)]
        found.unknown += unknown
        found.shared += [part for part in unknown if book.is_shared(part)]
        seen.update(ids, (f"? {part}" for part in unknown))
    return found


class NumberIndex:
    """The company's numbers by ID, digits and name. Current numbers win over those that left:
    a number that was given up and bought again has another ID.
    """

    def __init__(self, numbers: Iterable[Number]) -> None:
        self._here: dict[str, list[Number]] = {}
        self._left: dict[str, list[Number]] = {}
        self._told: dict[str, tuple[Number | None, bool]] = {}
        for number in numbers:
            book = self._here if number.missing_since is None else self._left
            keys = {number.quo_id, number.digits, plain(number.name or "").casefold()}
            for key in keys - {""}:
                book.setdefault(key, []).append(number)

    def read(self, text: str) -> dict[str, Number | None]:
        """Return a text or its parts, each with the number that it means."""
        text = text.strip()
        if not text:
            return {}
        if whole := self.look_up(text):
            return {text: whole}
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

    def look_up(self, text: str) -> Number | None:
        return self._find(text)[0]

    def is_shared(self, text: str) -> bool:
        return self._find(text)[1]

    def _find(self, text: str) -> tuple[Number | None, bool]:
        """Return the number that a text means, and whether several current numbers have that name.

        Cached, since a text is looked up as a whole, as its only part, and as an unknown one.
        """
        if text not in self._told:
            keys = _spellings(text)
            named = [book.get(key, []) for book in (self._here, self._left) for key in keys]
            number = next((found[0] for found in named if len(found) == 1), None)
            shared = any(len(self._here.get(key, [])) > 1 for key in keys)
            self._told[text] = number, shared
        return self._told[text]


def _parts(separator: str, text: str) -> list[str]:
    return [part.strip() for part in re.split(separator, text) if part.strip()]


def _spellings(text: str) -> list[str]:
    """Return the keys under which a text may be found: as it is, and its digits."""
    cleaned = plain(text)
    return [text, cleaned, cleaned.casefold(), *whole(cleaned)]
