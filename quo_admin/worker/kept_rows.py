"""Rows that are kept up to date when something changes: checking them, and making them anew.

Apps register the rows that they keep, because the worker cannot import apps.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from quo_admin import locks
from quo_admin.worker.models import KeptRowsCheck

log = logging.getLogger(__name__)

EVERY = timedelta(days=1)
CHUNKS_AT_A_TIME = 25  # of a nightly check: 5,000 webhooks
NIGHT = range(2, 6)  # hours, UTC


@dataclass(frozen=True)
class KeptRows:
    """One kind of rows that follow from others.

    Attributes:
        name: for messages, such as "findings".
        next_keys: returns the next few hundred primary keys of what the rows are about, after one.
        differences: returns what is wrong about some of these, each in words.
        update: brings the rows about them up to date, and returns how many were wrong.
    """

    name: str
    next_keys: Callable[[int], list[int]]
    differences: Callable[[list[int]], list[str]]
    update: Callable[[list[int]], int]


KEPT: list[KeptRows] = []


def register(rows: KeptRows) -> None:
    KEPT.append(rows)


def chunks(rows: KeptRows, after: int = 0) -> Iterator[list[int]]:
    while keys := rows.next_keys(after):
        yield keys
        after = keys[-1]


def rebuild(rows: KeptRows, keys: list[int]) -> list[str]:
    """Bring the rows about these up to date, and return what was wrong, in words."""
    with transaction.atomic():
        locks.exclusive(locks.WEBHOOKS)
        if found := rows.differences(keys):
            rows.update(keys)
    return found


def check_next() -> bool:
    """Check a part of the rows each night, correct what is wrong and log it. The worker's job."""
    now = timezone.now()
    if now.hour not in NIGHT:
        return False
    for rows in KEPT:
        check = KeptRowsCheck.objects.take(rows.name, now=now, every=EVERY - timedelta(hours=4))
        if check is not None:
            _check(rows, check)
            return True
    return False


def _check(rows: KeptRows, check: KeptRowsCheck) -> None:
    """Check some chunks, continuing where the last check ended; at the end, begin anew."""
    for number, keys in enumerate(chunks(rows, after=check.position), start=1):
        for words in rebuild(rows, keys):
            log.error("Corrected %s: %s", rows.name, words)
        check.position = keys[-1]
        if number == CHUNKS_AT_A_TIME:
            break
    else:
        check.position = 0
    check.save(update_fields=["position"])
