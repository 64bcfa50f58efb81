"""Ways for Quo to fail, as data. A new kind is a short function and a line in KINDS.

An order such as ``{"on": "POST /v1/webhooks/messages", "kind": "reset_after", "times": 2}`` applies
to the next two requests whose method and path begin so.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from quo_admin.sandbox.shapes import Answer
from quo_admin.sandbox.wire import Exchange, head

FLUSH_S = 0.05  # lets what was sent before a reset arrive; a reset discards data in flight


@dataclass
class Fault:
    """One order. Every field has a default; which fields are read depends on the kind."""

    kind: str
    on: str = ""  # "METHOD /path/prefix"; empty means every request
    times: int | None = 1  # None: until removed
    seconds: float | None = None
    status: int = 500  # status
    body: Any = None  # status, odd: JSON, or text as it is; odd: instead of Quo's
    content_type: str = "application/json"  # status
    headers: dict[str, str] = field(default_factory=dict)  # status
    after: bool = False  # status: Quo acts first
    location: str = ""  # redirect
    sent: int = 0  # reset_before, reset_after: bytes of the body that come before it
    # odd: merged into each document of the response
    merge: dict[str, Any] = field(default_factory=dict)
    drop: list[str] = field(default_factory=list)  # odd: left out of each document
    bytes: int = 5_000_000  # large

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"there is no fault “{self.kind}”; there are {', '.join(KINDS)}")


class Faults:
    """The faults that wait for a request, first in, first out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, kind: str, on: str = "", **options: Any) -> None:
        """Order a fault with the fields of Fault.

        Raises:
            TypeError: there is no such field.
            ValueError: there is no such kind.
        """
        with self._lock:
            self._waiting.append(Fault(kind=kind, on=on, **options))

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, *, method: str, path: str) -> Fault | None:
        """Return the fault for this request, and use it up once."""
        with self._lock:
            for fault in self._waiting:
                if f"{method} {path}".startswith(fault.on):
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times <= 0:
                            self._waiting.remove(fault)
                    return fault
        return None


def no_response_before(exchange: Exchange, fault: Fault) -> None:
    exchange.hold(fault.seconds)


def no_response_after(exchange: Exchange, fault: Fault) -> None:
    exchange.act()
    exchange.hold(fault.seconds)


def reset_before(exchange: Exchange, fault: Fault) -> None:
    exchange.reset()


def reset_after(exchange: Exchange, fault: Fault) -> None:
    answer = exchange.act()
    if fault.sent:
        exchange.write(head(answer) + answer.body[: fault.sent])
        time.sleep(FLUSH_S)
    exchange.reset()


def truncated(exchange: Exchange, fault: Fault) -> None:
    answer = exchange.act()
    exchange.write(head(answer, length=len(answer.body) + 100) + answer.body)
    exchange.hang_up()


def malformed(exchange: Exchange, fault: Fault) -> None:
    answer = exchange.act()
    exchange.send(replace(answer, body=answer.body[: len(answer.body) // 2]))


def odd(exchange: Exchange, fault: Fault) -> None:
    answer = exchange.act()
    if fault.body is not None:
        exchange.send(replace(answer, body=json.dumps(fault.body).encode()))
        return
    body = json.loads(answer.body)
    for doc in body["data"] if isinstance(body["data"], list) else [body["data"]]:
        doc.update(fault.merge)
        for name in fault.drop:
            doc.pop(name, None)
    exchange.send(replace(answer, body=json.dumps(body).encode()))


def large(exchange: Exchange, fault: Fault) -> None:
    answer = exchange.act()
    body = json.loads(answer.body) | {"padding": "x" * fault.bytes}
    exchange.send(replace(answer, body=json.dumps(body).encode()))


def slow(exchange: Exchange, fault: Fault) -> None:
    answer = exchange.act()
    seconds = 0.1 if fault.seconds is None else fault.seconds
    exchange.drip(head(answer) + answer.body, seconds=seconds)


def status(exchange: Exchange, fault: Fault) -> None:
    if fault.after:
        exchange.act()
    text = "" if fault.body is None else fault.body
    body = text if isinstance(text, str) else json.dumps(text)
    exchange.send(Answer(fault.status, body.encode(), fault.content_type, fault.headers))


def redirect(exchange: Exchange, fault: Fault) -> None:
    exchange.send(Answer(307, headers={"Location": fault.location}))


def late(exchange: Exchange, fault: Fault) -> None:
    def act() -> None:
        if not exchange.stopping.wait(fault.seconds or 1):
            exchange.act()

    threading.Thread(target=act, daemon=True).start()
    exchange.hang_up()


KINDS: dict[str, Callable[[Exchange, Fault], None]] = {
    act.__name__: act
    for act in (
        no_response_before,
        no_response_after,
        reset_before,
        reset_after,
        truncated,
        malformed,
        odd,
        large,
        slow,
        status,
        redirect,
        late,
    )
}
