"""Which of the company's numbers the entries of lists and files mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from quo_admin.onboarding.entries import EMPTY, Entry, Skipped
from quo_admin.onboarding.number_index import NumberIndex
from quo_admin.quo import spec
from quo_admin.workspace.models import Number, ShortNumber

SHOWN = 5  # skipped entries beside the form
FEW = 200  # texts: as many IDs are looked up one by one; for more, all numbers are read


@dataclass
class ParsedNumbers:
    """The numbers that a list of texts means.

    Attributes:
        numbers: each once, in the order of the texts.
        doubles: how many entries meant a number that was named before.
        rows: how many entries the list and the file have.
        skipped: entries and parts of them that mean none, in their order.
    """

    numbers: list[ShortNumber] = field(default_factory=list)
    doubles: int = 0
    rows: int = 0
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def first_skipped(self) -> list[list[str]]:
        """The first rows of a table of them."""
        return [each.row for each in self.skipped[:SHOWN]]

    def add_empty(self, entries: Sequence[Entry]) -> None:
        """Count rows of a file without a number, each at its place."""
        self.rows += len(entries)
        self.skipped += [Skipped(entry.text, entry, EMPTY) for entry in entries]
        self.skipped.sort(key=lambda each: (each.entry.in_file, each.entry.row))


def parse_numbers(entries: Sequence[Entry], *, first: Iterable[ShortNumber] = ()) -> ParsedNumbers:
    """Find the number that each entry means: an ID, a number in any usual spelling, or a name.

    An entry that means nothing as a whole may be several: separated by commas and semicolons, IDs
    also by spaces. Of the cells of a row, separated by tabs, one is enough. A name of several
    numbers means none of them.

    Args:
        entries: none of them empty, without white space around them.
        first: numbers that were chosen before the entries, each once.
    """
    found = ParsedNumbers(numbers=list(first), rows=sum(entry.row > 0 for entry in entries))
    if not entries:
        return found
    index = _index([entry.text for entry in entries])
    seen = {number.quo_id for number in found.numbers}
    for entry in entries:
        if known := index.by_id.get(entry.text) or index.look_up(entry.text):
            _add(known, found, seen)
            continue
        named = index.read_parts(entry.text)
        for number in {each.quo_id: each for each in named.values() if each}.values():
            _add(number, found, seen)
        unknown = (part for part, number in named.items() if not number)
        found.skipped += [Skipped(part, entry, index.why_unknown(part)) for part in unknown]
    return found


def _add(number: ShortNumber, found: ParsedNumbers, seen: set[str]) -> None:
    if number.quo_id in seen:
        found.doubles += 1
    else:
        seen.add(number.quo_id)
        found.numbers.append(number)


def _index(texts: Sequence[str]) -> NumberIndex:
    """Return an index with every number that the texts may mean."""
    ids = set(texts)
    if len(ids) <= FEW and all(spec.PHONE_NUMBER_ID.fullmatch(id) for id in ids):
        named = ShortNumber.read(Number.objects.filter(quo_id__in=ids))
        if len(named) == len(ids):
            return NumberIndex(named)
    return NumberIndex(ShortNumber.read(Number.objects.order_by()))
