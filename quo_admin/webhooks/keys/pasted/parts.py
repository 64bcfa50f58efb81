"""What was found in a pasted text, and how a signature's header and a delivery are recognized."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from quo_admin.quo.signatures import HEADER

NEWER = ("webhook-signature", "svix-signature")  # of Quo's newer system, told from its name


@dataclass(frozen=True)
class Parts:
    """The parts of a pasted text. They must not be stored, so ``repr`` shows none of them.

    Attributes:
        kind: what the text was taken for, as in "Read as a curl command".
        header: of the signature; "" if there is none.
        bodies: possible bodies, likeliest first: text whose line breaks a browser may have
            changed, or exact bytes.
    """

    kind: str
    header: str = field(default="", repr=False)
    bodies: tuple[str | bytes, ...] = field(default=(), repr=False)

    def around(self, inner: "Parts") -> "Parts":
        """Return the parts when the body itself was taken apart."""
        kind = f"{self.kind}, then {inner.kind}"
        return Parts(kind, self.header or inner.header, inner.bodies or self.bodies)

    def __bool__(self) -> bool:
        return bool(self.header or self.bodies)


def is_payload(value: Any) -> bool:
    """Whether this is the JSON of a delivery: every event has a type and data."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("type"), str)
        and isinstance(value.get("data"), dict)
    )


def is_delivery(text: str) -> bool:
    return text.lstrip()[:1] == "{" and is_payload(parsed(text))


def parsed(text: str) -> Any:
    """Return the value of a JSON text, or None."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def header_name(name: str) -> str:
    """Return a header's name as Quo writes it, also for HTTP_OPENPHONE_SIGNATURE."""
    return re.sub(r"^http-", "", name.strip().lower().replace("_", "-"))


def signature_in(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the value of the signature's header, or ""; of the newer system with its name."""
    found = {header_name(name): value.strip() for name, value in pairs}
    if found.get(HEADER):
        return found[HEADER]
    return next((f"{name}: {found[name]}" for name in NEWER if found.get(name)), "")
