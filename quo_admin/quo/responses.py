"""What an answer of Quo's means: the object asked for, or a member of the tree of failures."""

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
from quo_admin.quo.types import Unreadable

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """A whole answer. ``body`` may hold keys, so it is kept out of ``repr``."""

    status: int
    retry_after: str | None
    body: bytes

    def __repr__(self) -> str:
        return f"<Answer {self.status}, {len(self.body)} bytes>"


def unusable(write: bool, said: str | Fault) -> QuoError:
    """Return what it means that no usable answer came: a change may have happened."""
    return OutcomeUnknown(said) if write else QuoUnavailable(said)


def read_object(answer: Answer, *, method: str, secret: str) -> dict[str, Any]:
    """Return the JSON object of a 2xx answer; after a DELETE {}, for it has nothing to say.

    Args:
        method: what was sent: all but GET asks for a change.
        secret: the API key, which an error body might repeat.

    Raises:
        QuoRefused: Quo answered no.
        QuoUnavailable, OutcomeUnknown: the answer cannot be used.
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
    """Return what ``data`` holds, or raise as ``read_object`` does."""
    try:
        return read(doc.get("data"))
    except Unreadable as exc:
        raise unusable(write, f"Quo's response cannot be used: {exc}.") from exc


def read_many(read: Callable[[object], T], doc: dict[str, Any]) -> tuple[T, ...]:
    """Return the items that ``data`` lists. One that cannot be read spoils the answer: a list
    with a gap would make what stands in the gap look gone."""
    items = doc.get("data")
    if not isinstance(items, list):
        raise QuoUnavailable("Quo's response contains no list.")
    return tuple(read_one(read, {"data": item}) for item in items)
