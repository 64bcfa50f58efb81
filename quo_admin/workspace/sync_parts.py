"""What a sync reads. Apps register their parts, because the workspace cannot import apps."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

Counts = dict[str, int]


@dataclass(frozen=True)
class Shown:
    """One count as a page shows it: name, URL of the list behind it, and an explanation."""

    name: str
    address: str = ""
    why: str = ""


@dataclass(frozen=True)
class Part:
    """One kind of thing that a sync reads from Quo, piece by piece.

    Attributes:
        name: what it reads, such as "numbers"; also the name of its count.
        pieces: returns the pieces to read, once the parts before it have been read.
        words: returns the name of a piece, such as "webhooks of Maya Ortiz".
        read: reads one piece for an actor, in one call to Quo, and returns what to add to the
            counts. May be repeated after a crash without harm. Raises QuoError.
        finish: does what needs all pieces to be read. Takes the actor and the start of the sync,
            and returns what to add to the counts.
        each: what a piece stands for, such as "members", if there are several.
        shown: returns its counts as pages show them: the total first, then how they compare with
            our copy.
    """

    name: str
    pieces: Callable[[], Iterable[str]]
    words: Callable[[str], str]
    read: Callable[[str, str], Counts]
    finish: Callable[[str, datetime], Counts] = lambda actor, started: {}
    each: str = ""
    shown: Callable[[], list[Shown]] = list


PARTS: list[Part] = []


def register(part: Part) -> None:
    PARTS.append(part)
