"""What a sync reads. Apps register their parts here, since the workspace stands below them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

Counts = dict[str, int]


@dataclass(frozen=True)
class Shown:
    """One count as a page tells it: its name, the list behind it, and what it says."""

    name: str
    address: str = ""
    why: str = ""


@dataclass(frozen=True)
class Part:
    """One kind of thing that a sync reads from Quo, piece by piece.

    Attributes:
        name: what it reads, such as "numbers"; also the name of its count.
        pieces: returns what to ask for one by one, once the parts before it have been read.
        words: returns what a piece is called, such as "webhooks of Maya Ortiz".
        read: reads one piece for an actor, in one call of Quo, and returns what to add to the
            counts. May be repeated after a crash, so it does no harm twice. Raises QuoError.
        finish: does what can be told only once all pieces were asked for. Takes the actor and
            when the sync began, and returns what to add to the counts.
        each: what a piece stands for, such as "members", where there are several.
        shown: returns its counts as they are told: how many there are first, then how they
            compare with what was known here.
    """

    name: str
    pieces: Callable[[], Iterable[str]]
    words: Callable[[str], str]
    read: Callable[[str, str], Counts]
    finish: Callable[[str, datetime], Counts] = lambda actor, began: {}
    each: str = ""
    shown: Callable[[], list[Shown]] = list


PARTS: list[Part] = []


def register(part: Part) -> None:
    PARTS.append(part)
