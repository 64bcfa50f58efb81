"""What a person reads on a page."""

import re


def text(response) -> str:
    """Return the words of an answer, without its markup, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def markup(response) -> str:
    """Return the markup of a response with all white space as single spaces."""
    return re.sub(r"\s+", " ", response.content.decode())
