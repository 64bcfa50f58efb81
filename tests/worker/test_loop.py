import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, OperationalError

from quo_admin.worker import jobs, loop
from quo_admin.worker.jobs import Job
from quo_admin.worker.models import Heartbeat
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(loop, "IDLE_S", 0.001)
    monkeypatch.setattr(loop, "close_old_connections", lambda: None)  # a test has but one


def run(*steps, threads=1):
    """Run a worker on these steps until all of them have run out of pieces."""
    stop = threading.Event()

    def stopping():
        if not any(step.left for step in steps):
            stop.set()
        return False

    jobs = [Job(f"job {n}", step, threads) for n, step in enumerate(steps)]
    loop.run([*jobs, Job("end", stopping)], stop=stop)


def pieces(*ends):
    """A job whose pieces end so: True, False, or an exception that is raised."""
    left = list(ends)

    def step():
        if not left:
            return False
        end = left.pop(0)
        if isinstance(end, Exception):
            raise end
        return end

    step.left = left
    return step


def test_worker_runs_all_pieces_of_every_job():
    first, second = pieces(True, False, True), pieces(True)

    run(first, second)

    assert first.left == second.left == []


def test_piece_that_fails_does_not_end_its_job(caplog):
    step = pieces(RuntimeError("broken"), True)

    run(step)

    assert step.left == []
    assert "job 0" in caplog.text


def test_worker_records_a_heartbeat():
    run()

    assert Heartbeat.objects.newest().worker.split(":")[1].isdigit()


def test_worker_survives_a_database_outage(monkeypatch, caplog):
    def gone(*args, **kwargs):
        raise DatabaseError("gone")

    monkeypatch.setattr(Heartbeat.objects.__class__, "record", gone)
    step = pieces(True)

    run(step)

    assert step.left == []
    assert "does not respond" in caplog.text


def test_jobs_run_concurrently():
    met = threading.Barrier(2, timeout=10)
    left = [True]

    def step():
        met.wait()  # for the other job, which must be in its piece at the same time
        return bool(left) and left.pop()

    stop = threading.Event()

    def last():
        met.wait()
        stop.set()
        return False

    loop.run([Job("slow", step), Job("other", last)], stop=stop)

    assert not met.broken


def test_job_runs_one_piece_per_thread_concurrently():
    met = threading.Barrier(3, timeout=10)
    stop = threading.Event()
    left = [1, 2, 3, 4]

    def step():
        try:
            piece = left.pop()
        except IndexError:
            return False
        if piece <= 3:  # the first one calls the others in
            met.wait()
            stop.set()
        return True

    loop.run([Job("many", step, 3)], stop=stop)

    assert left == []
    assert not met.broken


def test_stopping_worker_starts_no_other_piece():
    stop = threading.Event()
    done = []

    def step():
        done.append("piece")
        stop.set()
        return True

    loop.run([Job("job", step)], stop=stop)

    assert done == ["piece"]


def test_worker_is_stale_after_a_minute_and_removed_after_a_day():
    Heartbeat.objects.record("old:1", now=NOON)

    assert not Heartbeat.objects.get().is_stale(now=NOON + timedelta(seconds=59))
    assert Heartbeat.objects.get().is_stale(now=NOON + timedelta(seconds=61))
    Heartbeat.objects.record("new:2", now=NOON + timedelta(days=1, seconds=1))
    assert [beat.worker for beat in Heartbeat.objects.all()] == ["new:2"]


def test_apps_register_their_jobs():
    assert "reconcile" in {job.name for job in jobs.JOBS}


def test_database_outage_is_logged_briefly_without_traceback(caplog):
    down = [OperationalError("connection refused\nIs the server running?")] * 20
    step = pieces(*down[:10], True, *down[10:])

    run(step, threads=1)

    lines = [record for record in caplog.records if record.name == loop.log.name]
    assert [line.getMessage() for line in lines[:1]] == [
        "The database does not respond; the worker keeps trying: "
        "connection refused Is the server running?"
    ]
    assert not any(line.exc_info for line in lines)
    assert len(lines) <= 4  # an outage that a heartbeat ended, and the next one
