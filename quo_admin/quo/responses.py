"""The meaning of Quo's responses: the requested object, or one of our exceptions."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from quo_admin.quo import retry
from quo_admin.quo.exceptions import (
    Fault,
    OutcomeUnknown,
    QuoError,
    QuoUnavailable,
    refusal,
    refuses,
)
from quo_admin.quo.json_values import Unreadable

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """A whole response. ``body`` may hold keys, so it is kept out of ``repr``."""

    status: int
    retry_after: str | None
    body: bytes

    def __repr__(self) -> str:
        return f"<Answer {self.status}, {len(self.body)} bytes>"


def unusable(write: bool, message: str | Fault) -> QuoError:
    """Return the exception for an unusable response: a write may have happened."""
    return OutcomeUnknown(message) if write else QuoUnavailable(message)


def read_object(answer: Answer, *, method: str, secret: str) -> dict[str, Any]:
    """Return the JSON object of a 2xx response; {} after a DELETE, which returns nothing.

    Args:
        method: of the request: all but GET are writes.
        secret: the API key, which an error body might repeat.

    Raises:
        QuoRefused: Quo rejected the request.
        QuoUnavailable, OutcomeUnknown: the response cannot be used.
    """
    write = method != "GET"
    if not 200 <= answer.status < 300:
        fault = Fault.read(answer.status, answer.body.replace(secret.encode(), b"[API key]"))
        if refuses(answer.status):
            wait = retry.retry_after(answer.retry_after, now=datetime.now(UTC))
            raise refusal(fault, retry_after=wait)
        raise unusable(write, fault)
    if method == "DELETE":
        return {}
    try:
        doc = json.loads(answer.body)
    except (ValueError, RecursionError) as exc:
        raise unusable(write, "Quo's response was not JSON.") from exc
    if not isinstance(doc, dict):
        raise unusable(write, "Quo's response was not a JSON object.")
    return doc


def read_one(read: Callable[[object], T], doc: dict[str, Any], *, write: bool = False) -> T:
    """Return the object in ``data``, or raise as ``read_object`` does."""
    try:
        return read(doc.get("data"))
    except Unreadable as exc:
        raise unusable(write, f"Quo's response cannot be used: {exc}.") from exc


def read_many(read: Callable[[object], T], doc: dict[str, Any]) -> tuple[T, ...]:
    """Return the items in ``data``. One that cannot be read makes the response unusable: with a gap
    in the list, what is in the gap would look missing.
    """
    items = doc.get("data")
    if not isinstance(items, list):
        raise QuoUnavailable("Quo's response contains no list.")
    return tuple(read_one(read, {"data": item}) for item in items)
