"""Numbers as people write them: which of the company's each text means."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from quo_admin.quo import spec
from quo_admin.workspace.models import Number, digits

# Digits of a number of the United States or Canada without its country code. House rule: so short
# a number is one of theirs, as the companies on Quo write them.
NATIONAL_DIGITS = 10
COUNTRY_CODE = "1"
ABROAD = re.compile("^(00|011)")  # dialled before a country code: elsewhere, in America
SPREADSHEET_ZERO = re.compile(r"^(\+?\d{7,})\.0+$")  # a number that was taken for an amount


@dataclass
class Understood:
    """What a list of texts means.

    Attributes:
        numbers: each once, in the order of the texts.
        unknown: texts that mean no number of the company, each once, as they were written.
        shared: which of these are the name of several numbers.
        doubles: how many texts meant a number that had been named already.
    """

    numbers: list[Number] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    doubles: int = 0


def understand(texts: Iterable[str]) -> Understood:
    """Find the number that each text means: an id, a number in any usual spelling, or a name.

    A text that means nothing as a whole may be several: at commas and semicolons, ids also at
    spaces. Of the cells of a row, which tabs part, one is enough. A name that several numbers
    bear means none of them. Empty texts mean nothing at all.
    """
    book = _Book(Number.objects.all())
    found = Understood()
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


class _Book:
    """The company's numbers by everything that they are called. Who is here goes before who left:
    a number that was given back and bought again has another id."""

    def __init__(self, numbers: Iterable[Number]) -> None:
        self._here: dict[str, list[Number]] = {}
        self._left: dict[str, list[Number]] = {}
        for number in numbers:
            book = self._here if number.gone_at is None else self._left
            keys = {number.quo_id, number.digits, _plain(number.name or "").casefold()}
            for key in keys - {""}:
                book.setdefault(key, []).append(number)

    def read(self, text: str) -> dict[str, Number | None]:
        """Return what a text says, whole or in parts, and the number that each part means."""
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
        for book in (self._here, self._left):
            for key in _spellings(text):
                found = book.get(key, [])
                if len(found) == 1:
                    return found[0]
        return None

    def is_shared(self, text: str) -> bool:
        return any(len(self._here.get(key, [])) > 1 for key in _spellings(text))


def _parts(separator: str, text: str) -> list[str]:
    return [part.strip() for part in re.split(separator, text) if part.strip()]


def _plain(text: str) -> str:
    """Return a text without what nobody sees: telephones copy numbers with invisible marks."""
    if text.isascii():
        return " ".join(text.split())
    shown = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return " ".join("".join(shown).split())


def _spellings(text: str) -> list[str]:
    """Return what a text may be in the book: as it stands, and as digits where it is a number."""
    plain = _plain(text)
    keys = [text, plain, plain.casefold()]
    plain = SPREADSHEET_ZERO.sub(r"\1", re.sub("^(tel:|')", "", plain, flags=re.IGNORECASE).strip())
    if not re.fullmatch(r"[0-9\s()+./‐‒–—−-]+", plain):
        return keys
    figures = digits(plain)
    if plain.startswith("+") or ABROAD.match(figures):  # (0) is said at home, and not dialled here
        return [*keys, ABROAD.sub("", digits(plain.replace("(0)", "")))]
    national = [COUNTRY_CODE + figures] if len(figures) == NATIONAL_DIGITS else []
    return [*keys, *national, figures]
