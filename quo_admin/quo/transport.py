"""Sends one request over HTTP and returns the whole response, within a deadline."""

import logging
import time
from collections.abc import Callable, Iterator
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from quo_admin.quo import responses
from quo_admin.quo.base_address import LOOPBACK, base_address
from quo_admin.quo.deadline import DeadlineAdapter, DeadlineExceeded, Exchange
from quo_admin.quo.exceptions import NotSent
from quo_admin.quo.responses import Answer

log = logging.getLogger(__name__)

MAX_RESPONSE_BYTES = 4 * 1024 * 1024  # our limit
MAX_LIST_BYTES = 64 * 1024 * 1024  # our limit: 50,000 webhooks of one member, at 1,300 bytes each
CHUNK_BYTES = 64 * 1024
# a connection that the server closes meanwhile loses the response
WRITE_MAX_IDLE_S = 3.0
WIRE_FAILURES = (
    requests.RequestException,
    HTTPError,
    HTTPException,
    OSError,
    ValueError,
    DeadlineExceeded,
)


class TooLarge(requests.RequestException):
    """A response is larger than our limit."""


class RawKey(requests.auth.AuthBase):
    """Puts the API key into Authorization as it is: Quo expects no "Bearer".

    An auth object, since a plain session header loses to a user's .netrc.
    """

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._key
        return request


class Transport:
    """A session of requests with the base URL and the API key. For one thread, like the client.

    Args:
        url: the base URL, such as https://api.quo.com.
        key: the API key, sent as it is.
        clock: seconds, as in ``time``; passed in by tests.

    Raises:
        ValueError: the API key would be readable on its way to this URL.
    """

    def __init__(self, *, url: str, key: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = base_address(url)
        self._key = key
        self._clock = clock
        self._last_used = clock()
        self._session = self._new_session()

    def exchange(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, Any] | None,
        body: dict[str, Any] | None,
        seconds: float,
        each: Callable[[object], Any] | None = None,
    ) -> Answer:
        """Send once and return the whole response, whatever its status.

        Args:
            each: reads an item of a list, as it arrives. Such a response may be larger.
            seconds: how long it may take, from connecting to the last byte of the response.

        Raises:
            NotSent: no part of the request left, so Quo received nothing.
            QuoUnavailable, OutcomeUnknown: no complete response to a read, or to a write.
        """
        write = method != "GET"
        if write and self._clock() - self._last_used > WRITE_MAX_IDLE_S:
            self._session.close()  # drops idle connections; the next call makes a new one
        exchange: Exchange[Answer] = Exchange()
        session, started = self._session, self._clock()

        def work() -> Answer:
            with session.request(
                method,
                self._url + path,
                params=params,
                json=body,
                auth=RawKey(self._key),
                timeout=seconds,
                stream=True,
                allow_redirects=False,
            ) as response:
                listed = each is not None and 200 <= response.status_code < 300
                return Answer(
                    status=response.status_code,
                    retry_after=response.headers.get("Retry-After"),
                    body=b"" if listed else b"".join(_chunks(response, MAX_RESPONSE_BYTES)),
                    items=responses.read_list(each, _chunks(response, MAX_LIST_BYTES))
                    if each is not None and listed
                    else None,
                )

        try:
            answer = exchange.run(work, seconds=seconds)
        except WIRE_FAILURES as exc:
            self._session = self._new_session()  # the old one may still be used by the thread
            call = f"{method} {path}: {type(exc).__name__}"
            log.warning("%s, sent: %s", call, exchange.sent)
            if not exchange.sent:
                raise NotSent(f"Could not connect to Quo ({call}).") from exc
            raise responses.unusable(write, f"Quo did not respond ({call}).") from exc
        finally:
            self._last_used = self._clock()
        log.info("%s %s: %s in %.2f s", method, path, answer.status, self._clock() - started)
        return answer

    def _new_session(self) -> requests.Session:
        session = requests.Session()
        session.headers.update({"Accept": "application/json", "User-Agent": "quo-admin"})
        session.mount("https://", DeadlineAdapter())
        session.mount("http://", DeadlineAdapter())
        if urlsplit(self._url).hostname in LOOPBACK:
            session.trust_env = False  # a company proxy would not find this machine
        return session


def _chunks(response: requests.Response, limit: int) -> Iterator[bytes]:
    """Yield the body, unpacked.

    Raises:
        TooLarge: it is larger than this many bytes.
    """
    size = 0
    for chunk in response.iter_content(CHUNK_BYTES):
        size += len(chunk)
        if size > limit:
            raise TooLarge("the answer is larger than we read")
        yield chunk
