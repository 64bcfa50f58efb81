"""Lists that lost much of what they had. Quo is asked again before anything is marked missing."""

from collections.abc import Callable, Collection, Sequence
from typing import Protocol, TypeVar

from quo_admin.quo.exceptions import QuoError
from quo_admin.workspace.models import Sync

LOST_AT_LEAST = 5  # our limit: fewer may well have been deleted one by one


class HasId(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=HasId)


class ListsDiffer(QuoError):
    """A list lost more than half of what it had, and the next response was different again."""


def read_confirmed(
    read: Callable[[], Sequence[Item]], known: Collection[str], *, words: str
) -> Sequence[Item]:
    """Return a list from Quo. If it lost more than half of what is known, it is read twice.

    A second response without the loss is the right one. With the same loss it is confirmed, and the
    sync's page and home say so.

    Args:
        known: the IDs of what the list had.
        words: what it lists, such as "webhooks of Maya Ortiz".

    Raises:
        ListsDiffer: the second response had lost something else. Neither is believed.
        QuoError: one of the two reads failed.
    """
    first = read()
    lost = _lost(known, first)
    if not lost:
        return first
    second = read()
    if not _lost(known, second):
        return second
    if {item.id for item in first} != {item.id for item in second}:
        raise ListsDiffer(
            f"Quo’s list had lost {lost} of {len(known)}, and the next one was different again."
        )
    Sync.objects.add_notice(
        f"{words[:1].upper()}{words[1:]}: {lost:,} of {len(known):,} were not in Quo’s list, twice "
        "in a row. They are marked as missing."
    )
    return second


def _lost(known: Collection[str], listing: Sequence[HasId]) -> int:
    """Return how many are not in the list, or 0 if that is nothing unusual."""
    lost = len(set(known) - {item.id for item in listing})
    return lost if lost >= LOST_AT_LEAST and lost * 2 > len(known) else 0
