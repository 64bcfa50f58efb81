"""One request on one connection, and every way in which it can end."""

import contextlib
import select
import socket
import struct
import threading
import time
from collections.abc import Callable
from http.client import responses

from quo_admin.sandbox.rate_limit import Call
from quo_admin.sandbox.shapes import Answer

LOOK_S = 0.1  # between two looks at a held connection
ABORT = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 s: closing sends RST instead of FIN


class Exchange:
    """What a fault may do: let Quo act, respond well or badly, hold or close the connection.

    ``act`` calls Quo and returns its response, once. ``keep`` says whether the connection may serve
    another request; every bad ending clears it.
    """

    def __init__(
        self,
        connection: socket.socket,
        *,
        call: Call,
        act: Callable[[], Answer],
        stopping: threading.Event,
    ) -> None:
        self.connection = connection
        self.call = call
        self.act = act
        self.stopping = stopping
        self.keep = True

    def send(self, answer: Answer) -> None:
        self.call.status = answer.status
        body = b"" if self.call.method == "HEAD" else answer.body
        self.write(head(answer) + body)

    def write(self, data: bytes) -> None:
        """Send bytes as they are. A client that disconnected is not an error here."""
        try:
            self.connection.sendall(data)
        except OSError:
            self.keep = False

    def drip(self, data: bytes, *, seconds: float) -> None:
        """Send one byte at a time, that many seconds apart."""
        for byte in data:
            if not self.keep or self.stopping.wait(seconds):
                break
            self.write(bytes([byte]))

    def hold(self, seconds: float | None) -> None:
        """Send nothing until the client disconnects, or for this many seconds; then close."""
        end = time.monotonic() + (seconds or float("inf"))
        while time.monotonic() < end and not self.stopping.wait(LOOK_S):
            readable, _, _ = select.select([self.connection], [], [], 0)
            if readable and not self._peek():
                break
        self.hang_up()

    def reset(self) -> None:
        """End the connection as a crash would: the client reads "connection reset"."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
        self.hang_up()

    def hang_up(self) -> None:
        self.keep = False

    def _peek(self) -> bytes:
        with contextlib.suppress(OSError):
            return self.connection.recv(1, socket.MSG_PEEK)
        return b""


def aborted(connection: socket.socket) -> bool:
    return connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(ABORT)) == ABORT


def head(answer: Answer, *, length: int | None = None) -> bytes:
    """Return status line and headers. ``length`` is a wrong length of the body, for a fault."""
    lines = [f"HTTP/1.1 {answer.status} {responses.get(answer.status, 'Unknown')}"]
    if answer.body:
        lines.append(f"Content-Type: {answer.content_type}")
    if answer.status != 204:
        lines.append(f"Content-Length: {len(answer.body) if length is None else length}")
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
