"""The processes of crash.py: a web server for each person, the workers, short-lived commands."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from quo_admin.sandbox.demo import GUNICORN, HOST, answers, free_port

ROOT = Path(__file__).resolve().parents[2]
START_S = 60.0
END_S = 10.0


class Processes:
    """Starts processes with the product's settings. Their words go to a log file."""

    def __init__(self, *, folder: Path, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self.log = folder / "crash.log"

    def start(self, *command: str) -> "subprocess.Popen[bytes]":
        """``command`` is what follows the Python interpreter."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def run(self, *command: str) -> str:
        """Run to the end and return what was printed.

        Raises:
            subprocess.CalledProcessError: it did not end well.
        """
        with self.log.open("ab") as log:
            done = subprocess.run(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                check=True,
            )
        return done.stdout

    @contextlib.contextmanager
    def workers(self, *command: str) -> Iterator[None]:
        """Let two workers run for as long as the block does; one is killed while it works."""
        both = [self.start(*command), self.start(*command)]
        try:
            time.sleep(3)
            both[0].kill()
            yield
        finally:
            for worker in both:
                end(worker)


class WebServer:
    """gunicorn with our WSGI module, for one person; it comes back after each death."""

    def __init__(self, processes: Processes) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._processes = processes
        self._master = self._start()

    def come_back(self) -> None:
        """Return when it answers. gunicorn's master restarts its worker; the master we restart."""
        deadline = time.monotonic() + START_S
        while not answers(self.port, "/accounts/login/"):
            if time.monotonic() > deadline:
                raise RuntimeError(f"The web server is not back; see {self._processes.log}.")
            if self._master.poll() is not None:
                self._master = self._start()
            time.sleep(0.1)

    def end(self) -> None:
        end(self._master)

    def _start(self) -> "subprocess.Popen[bytes]":
        bind = ["--bind", f"{HOST}:{self.port}"]
        wsgi = "tests.bench.crash_server"
        return self._processes.start("-m", "gunicorn", wsgi, *bind, *GUNICORN)


def end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
