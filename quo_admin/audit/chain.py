"""The hash chain: how an entry becomes a text and the text a hash, so that anybody can check it.

The canonical text of an entry is a JSON object of the columns in FIELDS and of ``previous``, the
hash of the entry before it ("" for the first). All values are strings except ``number``. Keys are
sorted, there is no space between tokens, and non-ASCII characters are written as \\u escapes, so
the bytes are the same in every encoding. The hash is the SHA-256 of those bytes, in hex, without
a key. An auditor needs nothing of ours::

    printf %s "$canonical" | sha256sum

The head, ``NUMBER:HASH`` of the last entry, stands for everything before it. Printed and kept
elsewhere, it shows later whether the end was cut off or the whole chain was rewritten.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

FIELDS = (
    "number", "at", "actor", "action", "target", "label", "before", "after", "ip", "request_id",
)  # fmt: skip

# Control characters, line breaks and bidirectional marks can forge a line of a log or a page;
# PostgreSQL does not store NUL; lone surrogates cannot be encoded.
FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Head(NamedTuple):
    """The position of an entry in the chain: its number and its hash."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @property
    def groups(self) -> list[str]:
        """The hash in groups of four digits, easier to read."""
        return [self.hash[i : i + 4] for i in range(0, len(self.hash), 4)]

    @classmethod
    def read(cls, text: str) -> "Head":
        """Return the head that was printed as ``NUMBER:HASH``.

        Raises:
            ValueError: the text is not a head.
        """
        if not re.fullmatch(r"[0-9]{1,18}:[0-9a-f]{64}", text):
            raise ValueError(f"“{text}” is not a head. Enter NUMBER:HASH, with 64 hex digits.")
        number, _, digest = text.partition(":")
        return cls(int(number), digest)


START = Head(0, "")


def clean(text: str) -> str:
    """Return the text with U+FFFD for every character that is not allowed in it."""
    return FORBIDDEN.sub("\ufffd", text)


def canonical_text(values: Mapping[str, Any], *, previous: str) -> str:
    """Return the canonical text of an entry. Other values than integers become strings."""
    kept = {name: values[name] for name in FIELDS}
    plain = {name: v if isinstance(v, int) else str(v) for name, v in kept.items()}
    plain["previous"] = previous
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(canonical: str) -> str:
    """Return the SHA-256 of the text as 64 hex digits."""
    return hashlib.sha256(str(canonical).encode(errors="replace")).hexdigest()
