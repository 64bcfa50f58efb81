"""A delivery somewhere in other text, such as log lines or code."""

import json
import re
from collections.abc import Iterator

from quo_admin.webhooks.keys.pasted.encoded_text import python_bytes
from quo_admin.webhooks.keys.pasted.parts import Parts, is_delivery

SIGNATURE = re.compile(r"\bhmac;[0-9]{1,3};[0-9]{1,15};[A-Za-z0-9+/_-]{20,200}={0,2}")
NEWER = re.compile(
    r"(webhook|svix)[-_]signature\W{1,8}(v[0-9]+a?,[A-Za-z0-9+/]{20,200}={0,2})", re.IGNORECASE
)
STARTS = re.compile(r"""\bb['"](?=\{)|"(?=\{\s*\\)|\{(?=\s*")""")
LITERAL = re.compile(r"b(?:'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")")
MOST_STARTS = 30  # places where a body may begin; our limit


def lines(text: str) -> Parts | None:
    """Find a signature and a delivery in any text."""
    signatures = dict.fromkeys(SIGNATURE.findall(text))
    newer = NEWER.search(text)
    header = ",".join(signatures) or (f"{newer[1]}-signature: {newer[2]}" if newer else "")
    if not header and text.lstrip()[:1] == "{":
        return None  # a body that was damaged: that is for the verdict to say
    body = next(_bodies(text), None)
    return Parts("log lines", header, () if body is None else (body,)) or None


def _bodies(text: str) -> Iterator[str | bytes]:
    decoder = json.JSONDecoder()
    for number, start in enumerate(STARTS.finditer(text)):
        if number == MOST_STARTS:
            return
        at = start.start()
        literal = LITERAL.match(text, at)
        found = python_bytes(literal[0]) if literal else None
        yield from found.bodies if found else ()
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, str) and is_delivery(value):
            yield value.encode(errors="replace")
        elif is_delivery(text[at:end]):
            yield text[at:end]
