"""The worker: threads that run jobs step by step, and a heartbeat."""

import logging
import os
import socket
import threading
from collections.abc import Iterable

from django.db import DatabaseError, close_old_connections, connections

from quo_admin import clock
from quo_admin.database_outage import UNAVAILABLE
from quo_admin.worker.jobs import Job
from quo_admin.worker.models import Heartbeat

log = logging.getLogger(__name__)

IDLE_S = 1.0  # between two steps while there is no work
HEARTBEAT_INTERVAL_S = 5.0


class DatabaseOutage:
    """Logs an outage of the database once, with its reason, and once when it is over.

    Every thread fails each second meanwhile; a traceback for each would fill the log.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ongoing = False

    def report(self, exc: Exception) -> None:
        with self._lock:
            if not self._ongoing:
                reason = " ".join(str(exc).split())
                log.error("The database does not respond; the worker keeps trying: %s", reason)
            self._ongoing = True

    def end(self) -> None:
        with self._lock:
            if self._ongoing:
                log.warning("The database responds again.")
            self._ongoing = False


def run(jobs: Iterable[Job], *, stop: threading.Event) -> None:
    """Work until ``stop`` is set. A step that fails is logged, and its job continues.

    No job waits for another. Stopping takes seconds: steps in progress, and their calls, finish.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}"
    outage = DatabaseOutage()
    _beat(worker, outage)
    threads = [thread for job in jobs for thread in _threads(job, stop, outage)]
    for thread in threads:
        thread.start()
    while not stop.wait(HEARTBEAT_INTERVAL_S):
        _beat(worker, outage)
    for thread in threads:
        thread.join()


def _threads(job: Job, stop: threading.Event, outage: DatabaseOutage) -> list[threading.Thread]:
    """Return the threads of a job: one looks for work, the others join while there is some."""
    busy = threading.Event()
    return [
        threading.Thread(
            target=_work, args=(job, stop, outage, busy, n == 0), name=f"{job.name} {n}"
        )
        for n in range(job.threads)
    ]


def _work(
    job: Job, stop: threading.Event, outage: DatabaseOutage, busy: threading.Event, leads: bool
) -> None:
    try:
        while not stop.is_set():
            if not leads and not busy.wait(IDLE_S):
                continue
            if _step(job, outage):
                busy.set()
            else:
                busy.clear()
                stop.wait(IDLE_S)
    finally:
        connections.close_all()


def _beat(worker: str, outage: DatabaseOutage) -> None:
    try:
        Heartbeat.objects.record(worker, now=clock.now())
    except DatabaseError as exc:
        outage.report(exc)
        close_old_connections()
    else:
        outage.end()


def _step(job: Job, outage: DatabaseOutage) -> bool:
    """Run one step and return whether there was work. A failure counts as none, so it waits."""
    try:
        return job.step()
    except UNAVAILABLE as exc:
        outage.report(exc)
    except Exception:
        log.exception("A step of “%s” failed. It is tried again when its lease ends.", job.name)
    close_old_connections()  # a broken connection would stay broken
    return False
