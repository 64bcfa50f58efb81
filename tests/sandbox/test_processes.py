"""Children live and die with their parent. Stand-ins here; test_demo has the real ones."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from quo_admin.sandbox.processes import Children, Failed, Stopped

SLEEP = ["-c", "import time; time.sleep(60)"]
STUBBORN = ["-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"]
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def children(tmp_path):
    before = {
        each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    with Children(log=tmp_path / "log", folder=tmp_path) as children:
        yield children
    for each, handler in before.items():
        signal.signal(each, handler)


def test_unexpected_exit_of_a_child_raises_an_error(children, tmp_path):
    children.start("the sandbox", ["-c", "print('no port')"], env={})

    with pytest.raises(Failed, match=r"The sandbox ended unexpectedly: no port \(log: .*log\)"):
        children.wait_until(lambda: False, within_s=20)

    assert (tmp_path / "log").read_text() == "no port\n"


def test_failed_step_is_named_in_the_error(children):
    with pytest.raises(Failed, match="The migration ended unexpectedly"):
        children.run("the migration", ["-c", "raise SystemExit(3)"], env={})


def test_steps_run_one_after_another(children):
    children.run("the migration", ["-c", ""], env={})
    children.run("the sync", ["-c", ""], env={})


def test_waiting_raises_an_error_after_the_timeout(children):
    with pytest.raises(Failed, match="It took longer than 0 seconds"):
        children.wait_until(lambda: False, within_s=0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_stops_waiting(children, number):
    os.kill(os.getpid(), number)

    with pytest.raises(Stopped):
        children.wait_until(lambda: True)


def test_child_process_gets_only_the_given_environment(children, tmp_path):
    script = "import json, os; json.dump(dict(os.environ), open('env', 'w'))"

    children.run("the child", ["-c", script], env={"ONLY": "this"})

    assert '"ONLY": "this"' in (tmp_path / "env").read_text()
    assert "HOME" not in (tmp_path / "env").read_text()


def test_repeated_signals_leave_no_child_process_or_traceback(tmp_path):
    parent = f"""
import pathlib, sys
from quo_admin.sandbox.processes import Children, Stopped
folder = pathlib.Path({str(tmp_path)!r})
try:
    with Children(log=folder / "log", folder=folder) as children:
        children.start("one", {SLEEP!r}, env={{}})
        children.start("two", {SLEEP!r}, env={{}})
        print(*[child.pid for child in children._running.values()], flush=True)
        children.wait_until(lambda: False)
except Stopped:
    sys.exit(0)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", parent], cwd=ROOT, stdout=-1, stderr=-1, text=True
    )
    pids = [int(pid) for pid in process.stdout.readline().split()]

    for _ in range(5):
        process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)

    assert (process.returncode, errors) == (0, "")
    assert len(pids) == 2
    assert not any(is_alive(pid) for pid in pids)


def test_child_that_ignores_sigterm_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr("quo_admin.sandbox.processes.PATIENCE_S", 0.3)
    children = Children(log=tmp_path / "log", folder=tmp_path)
    ready = STUBBORN[1].replace("time.sleep", "open('ready', 'w'); time.sleep")
    children.start("the stubborn one", ["-c", ready], env={})
    children.wait_until((tmp_path / "ready").exists, within_s=20)
    pid = children._running["the stubborn one"].pid

    started = time.monotonic()
    children.__exit__()

    assert not is_alive(pid)
    assert time.monotonic() - started < 5


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
