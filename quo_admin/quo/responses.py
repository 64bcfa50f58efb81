"""The meaning of Quo's responses: the requested object, or one of our exceptions."""

import json
from collections.abc import Callable, Iterable
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
from quo_admin.quo.item_stream import NoList, read_items
from quo_admin.quo.json_values import Unreadable

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """A whole response. It may hold keys, so it is kept out of ``repr``.

    Attributes:
        items: of a list that was read as it arrived; then ``body`` is empty.
    """

    status: int
    retry_after: str | None
    body: bytes
    items: tuple[Any, ...] | None = None

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
    if answer.items is not None:
        return {"data": answer.items}
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


def read_list(each: Callable[[object], Any], chunks: Iterable[bytes]) -> tuple[Any, ...]:
    """Read the items in ``data`` as they arrive. For one that cannot be read, return why.

    Raises:
        QuoUnavailable: the response is not JSON, is cut, or has an item over our limit.
        OSError, and others of urllib3: what reading the chunks raises.
    """

    def read(item: object) -> Any:
        try:
            return each(item)
        except Unreadable as exc:
            return exc

    try:
        return tuple(map(read, read_items(chunks)))
    except NoList as exc:
        return (exc,)
    except (ValueError, RecursionError) as exc:
        raise QuoUnavailable("Quo's response was not JSON, was cut or is too large.") from exc


def readable(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what ``read_list`` read, or raise as ``read_many`` does."""
    for item in items:
        if isinstance(item, Unreadable):
            raise QuoUnavailable(f"Quo's response cannot be used: {item}.") from item
    return items


def read_many(read: Callable[[object], T], doc: dict[str, Any]) -> tuple[T, ...]:
    """Return the items in ``data``. One that cannot be read makes the response unusable: with a gap
    in the list, what is in the gap would look missing.
    """
    items = doc.get("data")
    if not isinstance(items, list):
        raise QuoUnavailable("Quo's response contains no list.")
    return tuple(read_one(read, {"data": item}) for item in items)
