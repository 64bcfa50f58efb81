"""The server of the sandbox: threads and keep-alive on 127.0.0.1, rate limit, and faults.

``running()`` serves inside a test; __main__.py does the same as a process.
"""

import contextlib
import io
import socket
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIEnvironment

from quo_admin.sandbox import control, rate_limit
from quo_admin.sandbox.app import Quo, area_of
from quo_admin.sandbox.faults import KINDS, Faults
from quo_admin.sandbox.rate_limit import Call, Calls
from quo_admin.sandbox.seed.company import company
from quo_admin.sandbox.shapes import Answer
from quo_admin.sandbox.store import Store
from quo_admin.sandbox.wire import Exchange, aborted

HOST = "127.0.0.1"


class Handler(BaseHTTPRequestHandler):
    """Reads the requests of a connection one after another, and handles each."""

    server: "Sandbox"
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:  # the client closed the connection
            self.close_connection = True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):  # every method comes here, unknown ones too
            return self.answer
        raise AttributeError(name)

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        exchange = self.server.exchange(self.connection, self.environ(body))
        self.close_connection |= not exchange.keep

    def environ(self, body: bytes) -> WSGIEnvironment:
        path, _, query = self.path.partition("?")
        return {
            "REQUEST_METHOD": self.command,
            "REQUEST_URI": self.path,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_AUTHORIZATION": self.headers.get("Authorization", ""),
            "wsgi.input": io.BytesIO(body),
        }

    def log_message(self, *args: object) -> None:
        """Log nothing: calls are counted, and the demo's terminal stays quiet."""


class Sandbox(ThreadingHTTPServer):
    """A local Quo that listens. Tests use ``faults``, ``calls`` and ``store``."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        *,
        port: int = 0,
        state: Path | None = None,
        api_keys: Iterable[str] = (),
        shapes: str = "observed",
        open_control: bool = False,
    ) -> None:
        """Bind to a port of 127.0.0.1, 0 chooses a free port, and create the workspace if there is
        none.
        """
        super().__init__((HOST, port), Handler)
        self.store = Store(state)
        if self.store.is_empty():
            self.store.add(company())
        self.quo = Quo(self.store, shapes=shapes, api_keys=api_keys)
        self.calls = Calls()
        self.faults = Faults()
        self.open_control = open_control
        self.stopping = threading.Event()
        self._connections: set[socket.socket] = set()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server_port}"

    def exchange(self, connection: socket.socket, environ: WSGIEnvironment) -> Exchange:
        """Handle one request, well or as badly as was ordered."""
        method, path = environ["REQUEST_METHOD"], environ["REQUEST_URI"]
        if self.open_control and path.startswith(control.PREFIX):
            call = Call(0, "", method, path, allowed=True, left=0)
            return self._send(connection, call, self._control(environ))

        key = environ["HTTP_AUTHORIZATION"]
        call = self.calls.count(key=key, method=method, path=path)
        shapes = self.quo.shapes
        if shapes.limited and not call.allowed:
            return self._send(connection, call, shapes.too_many(area_of(path)))
        exchange = Exchange(
            connection, call=call, act=lambda: self._act(call, environ), stopping=self.stopping
        )
        if fault := self.faults.take(method=method, path=path):
            KINDS[fault.kind](exchange, fault)
        else:
            exchange.send(exchange.act())
        return exchange

    def _act(self, call: Call, environ: WSGIEnvironment) -> Answer:
        answer = self.quo.answer(environ)
        if not self.quo.shapes.limited:
            return answer
        return replace(answer, headers=answer.headers | rate_limit.headers(call))

    def _send(self, connection: socket.socket, call: Call, answer: Answer) -> Exchange:
        exchange = Exchange(connection, call=call, act=lambda: answer, stopping=self.stopping)
        exchange.send(answer)
        return exchange

    def _control(self, environ: WSGIEnvironment) -> Answer:
        return control.answer(
            method=environ["REQUEST_METHOD"],
            path=environ["REQUEST_URI"],
            body=environ["wsgi.input"].read(),
            faults=self.faults,
            calls=self.calls,
            store=self.store,
        )

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        if aborted(request):
            self.close_request(request)  # without the orderly shutdown, which would come first
        else:
            super().shutdown_request(request)

    def server_close(self) -> None:
        """Stop listening and close all connections."""
        self.stopping.set()
        super().server_close()
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.store.close()


@contextlib.contextmanager
def running(**options: Any) -> Iterator[Sandbox]:
    """Serve on a free port in a thread, as long as the block runs. Options as for Sandbox."""
    with Sandbox(**options) as sandbox:
        thread = threading.Thread(target=sandbox.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield sandbox
        finally:
            sandbox.shutdown()
            thread.join()
