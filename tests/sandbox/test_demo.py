"""`manage.py demo`, for real: it starts, can be signed in to, keeps its data, and ends."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import requests

from quo_admin.sandbox import demo

ROOT = Path(__file__).parent.parent.parent
HOSTILE = {
    "QUO_API_URL": "http://hostile.example",
    "QUO_API_KEY": "hostile-key",
    "DATABASE_URL": "postgres://hostile.example/x",
    "SECRET_KEY": "hostile-secret",
    "FIELD_KEYS": "hostile-field",
    "DJANGO_SETTINGS_MODULE": "hostile.settings",
    "GUNICORN_CMD_ARGS": "--bind 127.0.0.1:1 --reuse-port",
    "HTTP_PROXY": "http://hostile.example",
    "PYTHONPATH": "/hostile/path",
    "PYTHONWARNINGS": "error",
}


@contextmanager
def demo_process(folder, **more):
    """Start the demo on a free port, and give its process and the lines that it printed."""
    command = [sys.executable, "manage.py", "demo", "--data", str(folder)]
    command += ["--port", str(demo.free_port())]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | more, stdout=-1, stderr=-1, text=True
    )
    try:
        details = {}
        for line in process.stdout:
            name, _, value = line.strip().partition(": ")
            details[name] = value
            if name == "Password":
                break
        else:
            pytest.fail(process.stderr.read() + (folder / "demo.log").read_text())
        yield process, details
    finally:
        process.terminate()
        process.communicate(timeout=20)


def sign_in(details, username, password):
    """Return the status of a page of ours after signing in."""
    session = requests.Session()
    session.trust_env = False
    login = details["Address"] + "accounts/login/"
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', session.get(login).text)
    form = {"csrfmiddlewaretoken": token[1], "login": username, "password": password}
    session.post(login, data=form)
    return session.get(details["Address"] + "webhooks/", allow_redirects=False).status_code


def children_of(folder):
    """Return the environments of all processes that know of the folder, by process id."""
    found = {}
    for file in Path("/proc").glob("[0-9]*/environ"):
        try:
            environment = file.read_text()
        except OSError:
            continue
        if str(folder) in environment:
            found[file.parent.name] = environment
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_demo_starts_and_stops_in_any_environment(tmp_path):
    folder = tmp_path / "data"
    with demo_process(folder, **HOSTILE) as (process, details):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", details["Address"])
        assert sign_in(details, details["Username"], details["Password"]) == 200
        assert sign_in(details, "viewer", "demo-viewer-2026") == 200
        assert sign_in(details, "operator", "demo-operator-2026") == 200
        assert sign_in(details, "viewer", "another-password") == 302
        running = children_of(folder)
        assert len(running) >= 4  # the sandbox, the worker, gunicorn and its own
        assert "hostile" not in "".join(running.values())

        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)

    assert (process.returncode, errors) == (0, "")
    assert children_of(folder) == {}


def sync_output(folder):
    with closing(sqlite3.connect(folder / "quo-admin.sqlite3")) as database:
        return database.execute(
            "SELECT label, drift FROM webhooks_webhook"
            " WHERE drift = 'missing' OR label = 'Test of a colleague' ORDER BY label"
        ).fetchall()


def test_second_start_keeps_data_and_key_may_begin_with_a_dash(tmp_path):
    (tmp_path / "secrets.json").write_text('{"QUO_API_KEY": "-a-key"}')
    with demo_process(tmp_path) as (_, first):
        pass
    assert sync_output(tmp_path) == []
    with closing(sqlite3.connect(tmp_path / "quo-admin.sqlite3")) as database, database:
        database.execute("UPDATE auth_user SET first_name = 'Kept' WHERE username = 'maya'")

    with demo_process(tmp_path) as (_, second):
        assert sign_in(second, second["Username"], second["Password"]) == 200

    # Each start syncs, and this one found what was done at the local Quo since.
    gone, found = ("Oakland branch mirror", "missing"), ("Test of a colleague", "not-created-here")
    assert sync_output(tmp_path) == [gone, found]

    assert second["Password"] == first["Password"]
    with closing(sqlite3.connect(tmp_path / "quo-admin.sqlite3")) as database:
        people = database.execute("SELECT username, first_name FROM auth_user ORDER BY id")
        assert people.fetchall() == [("maya", "Kept"), ("viewer", ""), ("operator", "")]


def test_port_in_use_gives_a_one_sentence_error(tmp_path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        code = demo.main(["--port", str(port), "--data", str(tmp_path)])

    assert code == 1
    assert capsys.readouterr().err == (
        f"Port {port} is taken; free it, or choose another with --port.\n"
    )


def test_folder_that_cannot_be_created_gives_a_one_sentence_error(tmp_path, capsys):
    (tmp_path / "file").touch()

    code = demo.main(["--port", str(demo.free_port()), "--data", str(tmp_path / "file" / "data")])

    assert code == 1
    assert capsys.readouterr().err.count("\n") == 1
