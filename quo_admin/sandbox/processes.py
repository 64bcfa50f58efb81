"""Child processes that end with their parent.

Each child has a session of its own, so that the terminal's Ctrl-C reaches only the parent, which
then ends the children in order.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

LOOK_S = 0.05  # between two looks at children and signals
PATIENCE_S = 6.0  # for all children to end by themselves


class Stopped(Exception):
    """A signal to stop arrived."""


class Failed(Exception):
    """We cannot continue. The text is one sentence for the person at the terminal."""


class Children:
    """Starts children, watches them while waiting, and ends them. Their output goes to a log file.

    A context manager: however the block is left, no child remains.
    """

    def __init__(self, *, log: Path, folder: Path) -> None:
        self._log = log
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = False

    def __enter__(self) -> "Children":
        # The handler only sets a flag, so a second signal cannot interrupt the cleanup.
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._on_signal)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._end_all()

    def start(self, name: str, command: Sequence[str], *, env: Mapping[str, str]) -> None:
        """Start a child that runs until we end. ``name`` is its name in a sentence.

        ``command`` is what follows the Python interpreter.
        """
        with self._log.open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603  # every word of it is ours
                [sys.executable, *command],
                cwd=self._folder,
                env={**env, "PYTHONUNBUFFERED": "1"},  # keeps the log in order
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def run(self, name: str, command: Sequence[str], *, env: Mapping[str, str]) -> None:
        """Run a child to its end.

        Raises:
            Failed: its exit code is not 0.
            Stopped: see wait_until.
        """
        self.start(name, command, env=env)
        child = self._running[name]
        self.wait_until(lambda: child.poll() is not None, except_for=name)
        if child.returncode:
            raise self._ended(name)
        del self._running[name]

    def wait_until(
        self, ready: Callable[[], bool], *, within_s: float = float("inf"), except_for: str = ""
    ) -> None:
        """Wait until a condition holds, while every child runs.

        Raises:
            Failed: a child ended (``except_for`` may), or it took too long.
            Stopped: a signal to stop arrived.
        """
        deadline = time.monotonic() + within_s
        while True:
            if self._stop:
                raise Stopped
            for name, child in self._running.items():
                if name != except_for and child.poll() is not None:
                    raise self._ended(name)
            if ready():
                return
            if time.monotonic() > deadline:
                raise Failed(
                    f"It took longer than {within_s:.0f} seconds to start; see {self._log}."
                )
            time.sleep(LOOK_S)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stop = True

    def _ended(self, name: str) -> Failed:
        lines = self._log.read_text("utf-8", "replace").strip().splitlines() or ["no output"]
        return Failed(f"{name.capitalize()} ended unexpectedly: {lines[-1]} (log: {self._log})")

    def _end_all(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        for child in self._running.values():
            child.terminate()
        for child in self._running.values():
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self._running.clear()
