"""Common mistakes in computing a delivery's signature: in the key, the timestamp and the body.

Each function returns what an implementation may have used, each with the mistakes it implies. The
correct value comes first, without mistakes.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any


class Mistake(StrEnum):
    """A way in which a signature was computed incorrectly."""

    KEY_AS_TEXT = "key as text"  # not base64-decoded
    KEY_AS_LATIN1 = "key as a latin1 string"  # decoded, turned into a string, and encoded again
    TIME_IN_SECONDS = "timestamp in seconds"  # in the header itself
    SIGNED_SECONDS = "seconds signed"  # milliseconds in the header, seconds in the signature
    SIGNED_NO_TIME = "timestamp not signed"
    BODY_COMPACT = "body reserialized, compact"
    BODY_ASCII = "body reserialized, compact, ASCII"
    BODY_PHP = "body reserialized by PHP"
    BODY_SPACED = "body reserialized by Python"
    BODY_PRETTY = "body reserialized, indented"


Mistakes = tuple[Mistake, ...]
Serialized = tuple[Mistakes, int, bytes]  # mistakes, index of the original body, bytes


def decoded(key: str) -> bytes | None:
    """Return the bytes of a key as Quo returns it, or None if that is not base64."""
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


def prefixes(timestamp: str, *, in_seconds: bool) -> list[tuple[Mistakes, bytes]]:
    """Return what is signed before the body. A timestamp in seconds is a mistake in itself."""
    as_sent = f"{timestamp}.".encode()
    if in_seconds:
        return [((Mistake.TIME_IN_SECONDS,), as_sent)]
    seconds = f"{int(timestamp) // 1000}.".encode()
    return [((), as_sent), ((Mistake.SIGNED_SECONDS,), seconds), ((Mistake.SIGNED_NO_TIME,), b"")]


def serializations(bodies: Sequence[bytes]) -> list[Serialized]:
    """Return each body, and the first one as other programs serialize its JSON, in key order."""
    found: list[Serialized] = [((), number, body) for number, body in enumerate(bodies)]
    try:
        again = _serialized_again(json.loads(bodies[0]))
    except (ValueError, RecursionError):
        return found
    for mistake, text in again.items():
        body = text.encode(errors="backslashreplace")  # as JavaScript does with lone surrogates
        if body not in bodies:
            found.append(((mistake,), 0, body))
    return found


def _serialized_again(value: Any) -> dict[Mistake, str]:
    escaped = json.dumps(value, separators=(",", ":"))
    return {
        Mistake.BODY_COMPACT: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
        Mistake.BODY_ASCII: escaped,
        Mistake.BODY_PHP: escaped.replace("/", r"\/"),
        Mistake.BODY_SPACED: json.dumps(value),
        Mistake.BODY_PRETTY: json.dumps(value, ensure_ascii=False, indent=2),
    }
