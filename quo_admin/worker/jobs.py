"""The jobs of the worker. Apps register them, because the worker cannot import apps."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """One kind of work.

    Attributes:
        name: for the log.
        step: does the next small piece of work and returns whether there was one. It takes its
            work by a lease in the database, so that several workers can share it, and it may be
            killed at any point without losing any. It calls Quo once or twice at most.
        threads: how many steps one worker runs at the same time.
    """

    name: str
    step: Callable[[], bool]
    threads: int = 1


JOBS: list[Job] = []


def register(name: str, step: Callable[[], bool], *, threads: int = 1) -> None:
    JOBS.append(Job(name, step, threads))
