"""Long lists in chunks: each item is a variable of a query, or a row of a transaction.

``itertools.batched`` does the same as ``in_chunks`` from Python 3.12 on.
"""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.db.models import QuerySet

Item = TypeVar("Item")


def in_chunks(items: list[Item], size: int) -> Iterator[list[Item]]:
    """Return the items in their order, ``size`` at a time; the last chunk may be shorter."""
    return (items[start : start + size] for start in range(0, len(items), size))


def read_in_chunks(rows: QuerySet[Any], size: int) -> Iterator[list[Any]]:
    """Yield rows by primary key, ``size`` at a time, without a database cursor in between."""
    rows, last = rows.order_by("pk"), 0
    while chunk := list(rows.filter(pk__gt=last)[:size]):
        yield chunk
        last = chunk[-1].pk
