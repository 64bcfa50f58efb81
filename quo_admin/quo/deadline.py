"""One deadline for a whole HTTP exchange, and whether anything was sent.

A timeout in requests limits each read only: a server that sends a byte now and then blocks the
caller without end, and a DNS lookup has no limit at all. So each exchange runs in a thread of its
own. When its time is over the caller goes on, the socket is closed, and a connection that is still
being made never sends.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

import requests.adapters
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

T = TypeVar("T")


class DeadlineExceeded(Exception):
    """The exchange did not end within its time."""


class Exchange(Generic[T]):
    """One exchange with a deadline. ``sent`` says whether the first byte may have left."""

    def __init__(self) -> None:
        self.sent = False
        self._over = False
        self._lock = threading.Lock()
        self._connection: HTTPConnection | None = None
        self._done = threading.Event()
        self._result: T
        self._failure: BaseException | None = None

    def run(self, work: Callable[[], T], *, seconds: float) -> T:
        """Return what ``work`` returns, or raise what it raises.

        Raises:
            DeadlineExceeded: it took longer than ``seconds``. If ``sent`` is False, nothing will be
                sent any more.
        """
        threading.Thread(target=self._work, args=(work,), daemon=True).start()
        if not self._done.wait(seconds):
            self._cut()
            raise DeadlineExceeded(f"no complete response within {seconds:.0f} s")
        if self._failure is not None:
            raise self._failure
        return self._result

    def _work(self, work: Callable[[], T]) -> None:
        _current.set(self)
        try:
            self._result = work()
        except BaseException as exc:  # noqa: BLE001 - handed to the caller, whatever it is
            self._failure = exc
        self._done.set()

    def before_send(self, connection: HTTPConnection) -> None:
        """Note that bytes are about to leave on this connection.

        Raises:
            DeadlineExceeded: the caller has gone, so nothing may leave any more.
        """
        with self._lock:
            if self._over:
                raise DeadlineExceeded("the caller has gone")
            self.sent = True
            self._connection = connection

    def _cut(self) -> None:
        with self._lock:
            self._over = True
            sock = self._connection.sock if self._connection else None
        if sock is not None:
            with suppress(OSError):  # expected: it may be closed already
                sock.shutdown(socket.SHUT_RDWR)


_current: ContextVar[Exchange[Any]] = ContextVar("exchange")


class _DeadlineConnection(HTTPConnection):
    """Asks the running exchange before any byte of a request leaves, on any connection."""

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _current.get().before_send(self)
        super().send(data)


class _DeadlineTlsConnection(_DeadlineConnection, HTTPSConnection):
    pass


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _DeadlineConnection


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _DeadlineTlsConnection


class DeadlineAdapter(requests.adapters.HTTPAdapter):
    """The adapter of requests, with connections that ask before they send. Never retries."""

    def __init__(self) -> None:
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
        return manager
