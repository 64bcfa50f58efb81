"""The loop of one worker: beat, do a small piece of work, look whether to stop."""

import logging
import os
import socket
import threading
from collections.abc import Iterable
from time import monotonic

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from quo_admin.worker.jobs import Job
from quo_admin.worker.models import Beat

log = logging.getLogger(__name__)

IDLE_S = 1.0  # between looks while there is nothing to do
BEAT_EVERY_S = 5.0


def run(jobs: Iterable[Job], *, stop: threading.Event) -> None:
    """Work until ``stop`` is set. A piece that fails is logged, and the loop goes on.

    Who is told to stop stops within seconds: after the piece, and so the call, in flight.
    """
    jobs = list(jobs)
    worker = f"{socket.gethostname()}:{os.getpid()}"
    last_beat = -BEAT_EVERY_S
    while not stop.is_set():
        if monotonic() - last_beat >= BEAT_EVERY_S:
            _beat(worker)
            last_beat = monotonic()
        worked = [_step(job) for job in jobs if not stop.is_set()]
        if not any(worked):
            stop.wait(IDLE_S)


def _beat(worker: str) -> None:
    try:
        Beat.objects.beat(worker, now=timezone.now())
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
