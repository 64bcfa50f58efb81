"""`manage.py demo`: the whole product on this machine, with a local Quo and without an account.

Runs before Django is set up, and starts everything else as processes.
"""

import argparse
import http.client
import json
import os
import socket
import sys
from pathlib import Path

from quo_admin.sandbox.environment import environment, load_or_create_secrets
from quo_admin.sandbox.processes import Children, Failed, Stopped

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
SUPERUSER = "maya"
START_S = 60.0
OUTSIDE_CHANGES: list[tuple[str, str, dict[str, object]]] = [
    ("DELETE", "/v1/webhooks/WHCKYiJT37K", {}),  # the Oakland branch mirror
    (
        "POST",
        "/v1/webhooks/messages",
        {
            "label": "Test of a colleague",
            "url": "https://quo-test.northlake-desk.example/in",
            "events": ["message.received"],
            "resourceIds": ["PNRxFXDLXCt"],  # Hiring
        },
    ),
]
# Threads, since creating a webhook may wait for Quo; a timeout above the 25 s that it may take.
GUNICORN = ["--threads", "8", "--timeout", "40", "--graceful-timeout", "3"]
GUNICORN += ["--no-control-socket", "--log-level", "warning"]


def main(argv: list[str]) -> int:
    """Run the demo until it is stopped, and return the exit code."""
    options = parser().parse_args(argv)
    try:
        check_port(options.port)
        folder: Path = options.data.resolve()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = load_or_create_secrets(folder / "secrets.json")
        log = folder / "demo.log"
        log.write_bytes(b"")
        with Children(log=log, folder=ROOT) as children:
            run(children, folder=folder, port=options.port, kept=kept)
    except Stopped:
        return 0
    except (Failed, OSError, ValueError) as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="manage.py demo", description="Quo Admin on this machine, with a local Quo."
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument(
        "--data", type=Path, default=ROOT / ".demo", help="the folder for the database and secrets"
    )
    return parser


def run(children: Children, *, folder: Path, port: int, kept: dict[str, str]) -> None:
    """Start everything, print how to sign in, and watch until a child ends or a signal comes."""
    sandbox_port = free_port()
    database = folder / "quo-admin.sqlite3"
    env = environment(os.environ, kept=kept, database=database, quo=f"http://{HOST}:{sandbox_port}")
    first = not database.exists()
    say(f"Starting. Data is stored in {folder}. This takes a moment. Press Ctrl-C to stop.")
    state = ["--state", os.fspath(folder / "sandbox.sqlite3")]
    sandbox = ["-m", "quo_admin.sandbox", "--port", str(sandbox_port), *state]
    key = f"--api-key={kept['QUO_API_KEY']}"  # in one word, since a key may begin with a dash
    children.start("the sandbox", [*sandbox, key], env=env)
    children.run("the migration", ["manage.py", "migrate"], env=env)
    staff = env | {"DEMO_PASSWORD": kept["DEMO_PASSWORD"]}
    children.run("creating the demo users", ["manage.py", "demo_people", SUPERUSER], env=staff)
    children.wait_until(lambda: answers(sandbox_port, "/"), within_s=START_S)
    children.run("the sync", ["manage.py", "sync"], env=env)
    if first:
        make_outside_changes(sandbox_port, kept["QUO_API_KEY"])
    web = ["-m", "gunicorn", "quo_admin.wsgi", "--bind", f"{HOST}:{port}", *GUNICORN]
    children.start("the worker", ["manage.py", "worker"], env=env)
    children.start("the web server", web, env=env)
    children.wait_until(lambda: answers(port, "/accounts/login/"), within_s=START_S)
    say(f"Address: http://{HOST}:{port}/")
    say(f"Username: {SUPERUSER}")
    say(f"Password: {kept['DEMO_PASSWORD']}")
    children.wait_until(lambda: False)


def make_outside_changes(port: int, key: str) -> None:
    """Delete one webhook at the local Quo and create one, as another tool might do after the sync.

    So "Sync now" has something to report.
    """
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    for method, path, body in OUTSIDE_CHANGES:
        connection.request(method, path, json.dumps(body), {"Authorization": key})
        answer = connection.getresponse()
        if answer.status >= 400:
            raise Failed(f"The local Quo rejected {method} {path}: {answer.read().decode()}")
        answer.read()
    connection.close()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def check_port(port: int) -> None:
    """Raise Failed if the port is in use."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as exc:
            raise Failed(f"Port {port} is taken; free it, or choose another with --port.") from exc


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def answers(port: int, path: str) -> bool:
    """Whether a server responds there with anything but a server error."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
