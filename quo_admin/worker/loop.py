"""The worker: threads that do the jobs piece by piece, and a beat that says it is alive."""

import logging
import os
import socket
import threading
from collections.abc import Iterable

from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from quo_admin.worker.jobs import Job
from quo_admin.worker.models import Heartbeat

log = logging.getLogger(__name__)

IDLE_S = 1.0  # between looks while there is nothing to do
BEAT_EVERY_S = 5.0


def run(jobs: Iterable[Job], *, stop: threading.Event) -> None:
    """Work until ``stop`` is set. A piece that fails is logged, and its job goes on.

    No job waits for another. Who is told to stop stops within seconds: after the pieces, and so
    the calls, in flight.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}"
    _beat(worker)
    threads = [thread for job in jobs for thread in _threads(job, stop)]
    for thread in threads:
        thread.start()
    while not stop.wait(BEAT_EVERY_S):
        _beat(worker)
    for thread in threads:
        thread.join()


def _threads(job: Job, stop: threading.Event) -> list[threading.Thread]:
    """Return the threads of a job: one that looks for work, and those that join it while it is."""
    busy = threading.Event()
    return [
        threading.Thread(target=_work, args=(job, stop, busy, n == 0), name=f"{job.name} {n}")
        for n in range(job.threads)
    ]


def _work(job: Job, stop: threading.Event, busy: threading.Event, leads: bool) -> None:
    try:
        while not stop.is_set():
            if not leads and not busy.wait(IDLE_S):
                continue
            if _step(job):
                busy.set()
            else:
                busy.clear()
                stop.wait(IDLE_S)
    finally:
        connections.close_all()


def _beat(worker: str) -> None:
    try:
        Heartbeat.objects.record(worker, now=timezone.now())
    except DatabaseError:
        log.exception("The database does not answer; the worker goes on trying")
        close_old_connections()


def _step(job: Job) -> bool:
    """Do one piece and say whether there was one; a failure counts as none, so that it waits."""
    try:
        return job.step()
    except Exception:
        log.exception(
            "A piece of “%s” failed; its lease will end and it will be tried again", job.name
        )
        close_old_connections()  # one that broke would stay broken
        return False
