"""Random histories of a company: after every step, what is stored is what a slow reader finds.

Set HISTORIES to run more of them, and HISTORY to run one, by its number.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

from django.db import transaction

from tests.factories import NOON

COUNT = int(os.environ.get("HISTORIES", "40"))
ONE = os.environ.get("HISTORY")
STEPS = 14


class Undo(Exception):
    """Ends the transaction of one history."""


def run(
    step: Callable[[Random], tuple[Any, ...]],
    steps: dict[str, Callable[..., object]],
    check: Callable[[], None],
) -> None:
    """Run histories, each in a transaction that is undone.

    Args:
        step: draws a step: its name and its values.
        steps: what each step does, given its values and the time.
        check: raises AssertionError if something is wrong.
    """
    for number in [int(ONE)] if ONE else range(COUNT):
        with suppress(Undo), transaction.atomic():
            chance, history = Random(number), []
            for place in range(STEPS):
                name, *values = step(chance)
                history.append((name, *values))
                steps[name](*values, NOON + timedelta(minutes=place))
                try:
                    check()
                except AssertionError as exc:
                    exc.add_note(f"History {number}: {history}")
                    raise
            raise Undo
