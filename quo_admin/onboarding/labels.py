"""Labels from a pattern, such as ``{name} – {number}``."""

import re
from collections.abc import Sequence

from quo_admin.workspace.models import ShortNumber

WORDS = ("name", "number", "group", "row")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def unknown_words(pattern: str) -> list[str]:
    """Return the words in braces that have no meaning."""
    return [word for word in PLACEHOLDER.findall(pattern) if word not in WORDS]


def label(pattern: str, numbers: Sequence[ShortNumber], *, row: int) -> str:
    """Fill in the pattern for the numbers of one webhook; several are given as a count."""
    first, more = numbers[0], len(numbers) - 1
    values = {
        "name": str(first) + (f" and {more} more" if more else ""),
        "number": f"{len(numbers)} numbers" if more else first.spelled or first.quo_id,
        "group": first.group_id or "no group",
        "row": str(row),
    }
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), pattern)
