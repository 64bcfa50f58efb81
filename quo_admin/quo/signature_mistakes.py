"""What people do otherwise than Quo when they sign a delivery or check one: key, time and body.

Each function returns what may have been used in the place of the right thing, with the mistakes
that lead there; the right thing itself comes first, with none.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any


class Mistake(StrEnum):
    """What was done otherwise than Quo does when a signature was made."""

    KEY_AS_TEXT = "key as text"  # not base64-decoded
    KEY_AS_LATIN1 = "key as a latin1 string"  # decoded, made a string, and that encoded again
    TIME_IN_SECONDS = "timestamp in seconds"  # in the header itself
    SIGNED_SECONDS = "seconds signed"  # milliseconds in the header, seconds under the signature
    SIGNED_NO_TIME = "timestamp not signed"
    BODY_COMPACT = "body written anew, compact"
    BODY_ASCII = "body written anew, compact, ASCII"
    BODY_PHP = "body written anew, as PHP does"
    BODY_SPACED = "body written anew, as Python does"
    BODY_PRETTY = "body written anew, pretty"


Mistakes = tuple[Mistake, ...]
Written = tuple[Mistakes, int, bytes]  # which of the bodies it is made from, and its bytes


def decoded(key: str) -> bytes | None:
    """Return the bytes of a key as Quo tells it, or None where that is no base64."""
    try:
        return base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        return None


def keys(key: str) -> list[tuple[Mistakes, bytes]]:
    raw = decoded(key)
    ways: list[tuple[Mistakes, bytes]] = [((Mistake.KEY_AS_TEXT,), key.encode())]
    if raw is None:
        return ways
    as_latin1 = raw.decode("latin1").encode()
    return [((), raw), *ways, ((Mistake.KEY_AS_LATIN1,), as_latin1)]


def beginnings(timestamp: str, *, in_seconds: bool) -> list[tuple[Mistakes, bytes]]:
    """Return what stands before the body. A timestamp that counts seconds is a mistake itself."""
    as_sent = f"{timestamp}.".encode()
    if in_seconds:
        return [((Mistake.TIME_IN_SECONDS,), as_sent)]
    seconds = f"{int(timestamp) // 1000}.".encode()
    return [((), as_sent), ((Mistake.SIGNED_SECONDS,), seconds), ((Mistake.SIGNED_NO_TIME,), b"")]


def written(bodies: Sequence[bytes]) -> list[Written]:
    """Return each body, and the first as programs write its JSON anew, keys in the order given."""
    found: list[Written] = [((), number, body) for number, body in enumerate(bodies)]
    try:
        anew = _anew(json.loads(bodies[0]))
    except (ValueError, RecursionError):
        return found
    for mistake, text in anew.items():
        body = text.encode(errors="backslashreplace")  # as JavaScript does with lone surrogates
        if body not in bodies:
            found.append(((mistake,), 0, body))
    return found


def _anew(value: Any) -> dict[Mistake, str]:
    escaped = json.dumps(value, separators=(",", ":"))
    return {
        Mistake.BODY_COMPACT: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
        Mistake.BODY_ASCII: escaped,
        Mistake.BODY_PHP: escaped.replace("/", r"\/"),
        Mistake.BODY_SPACED: json.dumps(value),
        Mistake.BODY_PRETTY: json.dumps(value, ensure_ascii=False, indent=2),
    }
