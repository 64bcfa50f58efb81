"""The Quo of batch.py: the sandbox with many more numbers, slow or losing answers."""

import itertools
import time
from collections.abc import Sequence

from quo_admin.sandbox.faults import Fault, Faults
from quo_admin.sandbox.seed.members import MAYA
from quo_admin.sandbox.seed.numbers import number

CREATES = "POST /v1/webhooks/messages"
LOST_EACH = 20  # one answer of so many is lost: five of a hundred
# How they are lost, in turn. Of "reset_before" nothing is made, of "late" it is ten seconds later.
WAYS = (
    Fault("reset_after"),
    Fault("truncated"),
    Fault("malformed"),
    Fault("reset_before"),
    Fault("late", seconds=10),
    Fault("no_response_after"),
)
SHORT_WAYS = (Fault("reset_after"), Fault("reset_before"), Fault("late", seconds=1))


class Weather(Faults):
    """How Quo fares: seconds before it acts on anything, and the ways in which creates are lost.

    A kind of fault each in turn, one of so many creates; none where there are no ways.
    """

    def __init__(
        self, *, delay_s: float = 0, ways: Sequence[Fault] = (), lost_each: int = LOST_EACH
    ) -> None:
        super().__init__()
        self.lost: list[str] = []
        self._lost_each = lost_each
        self._delay_s = delay_s
        self._ways = ways
        self._creates = itertools.count(1)

    def take(self, *, method: str, path: str) -> Fault | None:
        time.sleep(self._delay_s)
        if not self._ways or f"{method} {path}" != CREATES or next(self._creates) % self._lost_each:
            return None
        fault = self._ways[len(self.lost) % len(self._ways)]
        self.lost.append(fault.kind)
        return fault


def numbers(count):
    """Yield so many numbers for the sandbox's store, beside those of its company."""
    for n in range(count):
        doc = number("GRbench", 0, f"PNbench{n:04}", f"Line {n:04}", f"415{n:07}", MAYA)
        yield "number", doc
