"""The worker as a real process, beside a real local Quo."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from quo_admin.sandbox import server

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path):
    with server.running(api_keys=["worker-key"]) as quo:
        yield os.environ | {
            "DJANGO_SETTINGS_MODULE": "quo_admin.settings",
            "QUO_API_URL": quo.url,
            "QUO_API_KEY": "worker-key",
            "DATABASE_URL": f"sqlite:///{tmp_path}/worker.sqlite3",
        }


def manage(environment, *words):
    return [sys.executable, "manage.py", *words], {"cwd": ROOT, "env": environment}


def wait_for(what, *, seconds=20):
    end = monotonic() + seconds
    while monotonic() < end:
        if what():
            return True
        sleep(0.1)
    return False


def test_worker_sends_heartbeats_and_stops_within_seconds(environment, tmp_path):
    command, where = manage(environment, "migrate", "-v0")
    subprocess.run(command, check=True, **where)
    command, where = manage(environment, "worker")
    worker = subprocess.Popen(command, stderr=subprocess.PIPE, **where)

    def beats():
        with sqlite3.connect(tmp_path / "worker.sqlite3", timeout=10) as database:
            return database.execute("SELECT worker FROM worker_heartbeat").fetchall()

    assert wait_for(beats)
    began = monotonic()
    worker.send_signal(signal.SIGTERM)
    page_text = worker.communicate(timeout=10)[1].decode()

    assert worker.returncode == 0
    assert monotonic() - began < 5
    assert beats() == [(f"{os.uname().nodename}:{worker.pid}",)]
    assert "Traceback" not in page_text
