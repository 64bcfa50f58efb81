"""JSON around a delivery: headers, an automation tool's item, a serverless event, a string."""

import json
from collections import deque
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from quo_admin.webhooks.keys.pasted.parts import (
    Parts,
    header_name,
    is_delivery,
    is_payload,
    parsed,
    signature_in,
)

MOST_VALUES = 10_000  # looked at in one text; our limit
# Where tools keep the body, the one that is closest to the raw bytes first
BODIES = ("rawbody", "raw-body", "bodyraw", "body-raw", "body", "content", "raw", "payload", "data")
LIKELIEST, LEAST_LIKELY = 0, len(BODIES) + 1
NAMES = ("name", "key", "header", "Name", "Key")


def value(text: str) -> Parts | None:
    """Take apart any JSON that is not a delivery itself."""
    found = parsed(text)
    if isinstance(found, str):
        return Parts("text in quotes", bodies=(found.encode(errors="replace"),))
    if not isinstance(found, dict | list):
        return None
    pairs: list[tuple[str, str]] = []
    bodies: list[tuple[int, bytes]] = []
    is_event = False
    for one in _values(found):
        pairs += _headers(one)
        bodies += _bodies(one)
        is_event = is_event or (isinstance(one, dict) and "isBase64Encoded" in one)
    body = min(bodies, key=lambda ranked: ranked[0])[1:] if bodies else ()
    kind = "an item with headers and body" if body else "headers in JSON"
    return Parts("a serverless event" if is_event else kind, signature_in(pairs), body) or None


def _values(found: Any) -> Iterator[Any]:
    """Yield the objects and lists in a value, the outermost first, none of a payload's."""
    queue, count = deque([found]), 0
    while queue and count < MOST_VALUES:
        one = queue.popleft()
        count += 1
        yield one
        if not is_payload(one):
            inside = one.values() if isinstance(one, dict) else one
            queue += [item for item in inside if isinstance(item, dict | list)]


def _headers(one: Any) -> Iterator[tuple[str, str]]:
    """Yield headers of an object, or of a list: names and values in turn."""
    if isinstance(one, list):
        pairs = list(pairwise(one))
    else:
        pairs = [*one.items(), *((one.get(name), one.get("value")) for name in NAMES)]
    for name, content in pairs:
        first = content[0] if isinstance(content, list) and content else content
        if isinstance(name, str) and isinstance(first, str):
            yield name, first


def _bodies(one: Any) -> Iterator[tuple[int, bytes]]:
    """Yield possible bodies, each with its rank. A parsed one is serialized as Quo does."""
    if is_payload(one):
        compact = json.dumps(one, ensure_ascii=False, separators=(",", ":"))
        yield LEAST_LIKELY, compact.encode(errors="replace")
    elif isinstance(one, dict):
        for name, text in one.items():
            if isinstance(text, str) and text:
                known = header_name(name)
                if known in BODIES:
                    yield LIKELIEST + BODIES.index(known), text.encode(errors="replace")
                elif is_delivery(text):
                    yield LEAST_LIKELY - 1, text.encode(errors="replace")
