"""Text that every database stores."""

import re

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and lone surrogates: no database stores both


def clean(text: str) -> str:
    """Return the text with NUL and lone surrogates as U+FFFD, so that any database stores it."""
    return UNSTORABLE.sub("\ufffd", text)
