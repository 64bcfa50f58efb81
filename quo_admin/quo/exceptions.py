"""Everything that can go wrong between us and Quo. The branches answer: did anything change?

QuoError
├── QuoRefused                  Quo rejected the request; nothing changed
│   ├── KeyRejected             401
│   ├── NotAllowed              403
│   ├── NotFound                404
│   └── RateLimited             429
├── NotSent                     nothing left this machine; nothing changed
│   └── RateLimitWaitTooLong    too many calls are waiting before us
├── QuoUnavailable              no usable response to a read; try again later
└── OutcomeUnknown              no usable response to a write; it may have happened
"""

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

from quo_admin.quo.storable_text import clean

LARGEST_READ = 10_000  # characters of an error body; an envelope has a few hundred
CLIPPED = 300  # characters of a body that is not an envelope, enough to recognize it


@dataclass(frozen=True)
class FieldFault:
    """One entry of ``errors``: ``path`` as Quo writes it, such as ``/url``, and what is wrong."""

    path: str
    message: str


@dataclass(frozen=True)
class Fault:
    """Quo's error. ``trace`` is what Quo's support asks for."""

    status: int
    message: str
    code: str = ""
    trace: str = ""
    fields: tuple[FieldFault, ...] = ()

    def __str__(self) -> str:
        return f"{self.message} (trace {self.trace})" if self.trace else self.message

    @classmethod
    def read(cls, status: int, body: bytes) -> Self:
        """Read any error body: the four shapes of Quo, HTML, text, nothing. Never raises.

        Source: responses seen so far are the document's flat envelope, ``{"error": {…}}`` from the
        sign-in layer, Express's HTML for unknown paths, and envelopes without code or status. The
        document's constants are not always honored, so nothing is required.
        """
        text = body.decode("utf-8", "replace")[:LARGEST_READ]
        try:
            doc = json.loads(text)
        except (ValueError, RecursionError):
            doc = None
        if isinstance(doc, dict):
            inner = doc.get("error")
            doc = inner if isinstance(inner, dict) else doc
        else:
            torn = text.lstrip().startswith(("{", "["))  # it may hold a key, so it is not shown
            doc = {"message": "" if torn else re.sub(r"<[^>]*>", " ", text)}
        return cls(
            status=status,
            message=_words(doc.get("message")) or _words(doc.get("title")) or _reason(status),
            code=_words(doc.get("code")) or _words(doc.get("key")),
            trace=_words(doc.get("trace")),
            fields=_field_faults(doc.get("errors")),
        )


def _words(value: object) -> str:
    """Return text or a number as one shortened line, anything else as ""."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return clean(" ".join(str(value).split()))[:CLIPPED]


def _reason(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"status {status}"


def _field_faults(errors: Any) -> tuple[FieldFault, ...]:
    if not isinstance(errors, list):
        return ()
    return tuple(
        FieldFault(path=_words(error.get("path")), message=_words(error.get("message")))
        for error in errors
        if isinstance(error, dict)
    )


class QuoError(Exception):
    """The base of this tree. ``fault`` is Quo's error, if there was one."""

    def __init__(self, message: str | Fault) -> None:
        super().__init__(str(message))
        self.fault = message if isinstance(message, Fault) else None


class QuoRefused(QuoError):
    """Quo read the request and declined it, so nothing changed. ``fault`` says why."""


class KeyRejected(QuoRefused):
    """401: our API key is missing, wrong or revoked."""

    def __str__(self) -> str:
        return "Quo rejected the API key. Check QUO_API_KEY."


class NotAllowed(QuoRefused):
    """403: the API key may not do this."""


class NotFound(QuoRefused):
    """404: no such thing, or not for this API key."""


class RateLimited(QuoRefused):
    """429: too many calls. ``retry_after`` is in seconds, or None if Quo did not say."""

    def __init__(self, message: str | Fault, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotSent(QuoError):
    """Nothing left this machine: no connection, no API key, or no turn. So nothing changed."""


class RateLimitWaitTooLong(NotSent):
    """Too many calls with this API key are waiting before us."""


class QuoUnavailable(QuoError):
    """A read got no usable response. Try again later."""


class OutcomeUnknown(QuoError):
    """A write was sent and got no usable response, so it may or may not have happened.

    Quo has no idempotency key. Look before sending again, or there may be two.
    """


REFUSALS: dict[int, type[QuoRefused]] = {
    401: KeyRejected,
    403: NotAllowed,
    404: NotFound,
    429: RateLimited,
}


def refuses(status: int) -> bool:
    """Whether this status says that nothing changed. 408 does not: the request may still be
    handled.
    """
    return 400 <= status < 500 and status != HTTPStatus.REQUEST_TIMEOUT


def refusal(fault: Fault, *, retry_after: float | None = None) -> QuoRefused:
    """Return the exception for a 4xx response."""
    if fault.status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(fault, retry_after)
    return REFUSALS.get(fault.status, QuoRefused)(fault)
