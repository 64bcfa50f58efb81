"""What workers do. Apps register their jobs here, since the worker stands below them."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """One kind of work.

    Attributes:
        name: for the log.
        step: does the next small piece and returns whether there was one. It takes its piece by
            a lease in the database, so that several workers share the work, and it may be killed
            at any point without losing any. It calls Quo once or twice at the most.
        threads: how many pieces one worker does at once.
    """

    name: str
    step: Callable[[], bool]
    threads: int = 1


JOBS: list[Job] = []


def register(name: str, step: Callable[[], bool], *, threads: int = 1) -> None:
    JOBS.append(Job(name, step, threads))
