"""The sandbox as a process: kept connections, and a state that outlives it."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest
import requests

from quo_admin.sandbox.server import running

from .conftest import Caller

WANTED = {"url": "https://example.com/texts", "events": ["message.received"]}


@contextmanager
def process(state, *options):
    command = [sys.executable, "-m", "quo_admin.sandbox", "--port", "0", "--state", str(state)]
    started = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
    try:
        yield started, Caller(started.stdout.readline().strip())
    finally:
        started.kill()
        started.wait()
        started.stdout.close()


def test_webhook_is_kept_when_the_sandbox_is_killed(tmp_path):
    state = tmp_path / "state.sqlite3"
    with process(state) as (_, call):
        made = call("POST", "/v1/webhooks/messages", json=WANTED).json()["data"]

    with process(state) as (_, call):
        assert call("GET", f"/v1/webhooks/{made['id']}").json()["data"] == made


def test_state_is_readable_only_by_its_owner(tmp_path):
    with running(state=tmp_path / "state.sqlite3"):
        modes = {file.name: file.stat().st_mode & 0o077 for file in tmp_path.iterdir()}

    assert set(modes.values()) == {0}, modes


def test_interrupted_sandbox_exits_with_status_zero(tmp_path):
    # Who runs the tests in the background has SIGINT ignored, which children take over.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with process(tmp_path / "state.sqlite3") as (started, _):
            started.send_signal(signal.SIGINT)

            assert started.wait(30) == 0
    finally:
        signal.signal(signal.SIGINT, before)


def test_connection_is_reused_for_the_next_request(sandbox):
    connection = HTTPConnection("127.0.0.1", sandbox.server_port, timeout=5)
    sockets = set()
    for _ in range(3):
        connection.request("GET", "/v1/users", headers={"Authorization": "a-key"})
        assert connection.getresponse().read()
        sockets.add(connection.sock)
    connection.close()

    assert len(sockets) == 1
    assert None not in sockets


def test_sixty_simultaneous_connections_all_get_a_response():
    with running(shapes="document") as sandbox, ThreadPoolExecutor(60) as pool:
        statuses = list(
            pool.map(
                lambda _: Caller(sandbox.url)("GET", "/v1/phone-numbers").status_code, range(60)
            )
        )

    assert statuses == [200] * 60


def test_stopped_sandbox_closes_open_connections():
    with running() as sandbox:
        call = Caller(sandbox.url)
        call("GET", "/v1/users")

    with pytest.raises(requests.ConnectionError, match="refused"):
        call("GET", "/v1/users", timeout=2)
