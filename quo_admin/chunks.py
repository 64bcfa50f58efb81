"""Long lists in chunks: each item is a variable of a query, or a row of a transaction.

``itertools.batched`` does the same from Python 3.12 on.
"""

from collections.abc import Iterator
from typing import TypeVar

Item = TypeVar("Item")


def in_chunks(items: list[Item], size: int) -> Iterator[list[Item]]:
    """Return the items in their order, ``size`` at a time; the last chunk may be shorter."""
    return (items[start : start + size] for start in range(0, len(items), size))
