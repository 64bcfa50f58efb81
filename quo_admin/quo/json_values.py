"""Reads single values of Quo's JSON: one that is missing or of another type becomes None.

Only an ID must be readable, or there is nothing to store.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from quo_admin.quo.storable_text import UNSTORABLE, clean

ID_LENGTH = range(3, 256)  # our limit: what our columns hold, and more than the bare prefix


class Unreadable(ValueError):
    """A response without anything that we can store."""


def text_or_none(value: object) -> str | None:
    return clean(value) if isinstance(value, str) else None


def texts_or_none(value: object) -> tuple[str, ...] | None:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(clean(item) for item in value)
    return None


def moment_or_none(value: object) -> datetime | None:
    """Return an ISO 8601 text as a UTC datetime, or None if it is not one."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def readable_id(value: object, prefix: str) -> str:
    """Return an ID that can be stored and used in a URL.

    Raises:
        Unreadable: it is not text of 3 to 255 characters that begins with the prefix, or it has
            white space, a slash, or a character that no database takes.
    """
    if (
        isinstance(value, str)
        and len(value) in ID_LENGTH
        and value.startswith(prefix)
        and not re.search(r"[\s/]", value)
        and not UNSTORABLE.search(value)
    ):
        return value
    raise Unreadable(f"an ID that begins with {prefix} is missing or invalid")


def json_object(doc: object) -> Mapping[str, Any]:
    """Return the object. Raises Unreadable if it is anything else."""
    if isinstance(doc, Mapping):
        return doc
    raise Unreadable("not a JSON object")
