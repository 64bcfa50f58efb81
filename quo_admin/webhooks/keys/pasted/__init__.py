"""Finds header and body of a delivery in text, in whatever form a tool shows it.

Each kind of text is one function: it returns its ``Parts``, or None if the text is not of its
kind. Each takes linear time. Nothing is stored, logged, or put into an exception.
"""

from quo_admin.webhooks.keys.pasted import encoded_text, http_text, json_text, log_text, shell_text
from quo_admin.webhooks.keys.pasted.parts import Parts, is_delivery

# The most specific first, since log lines may be anything
KINDS = (
    json_text.value,
    shell_text.curl,
    shell_text.quoted,
    encoded_text.python_bytes,
    encoded_text.in_base64,
    http_text.request,
    log_text.lines,
)
LONGEST = 256 * 1024  # characters taken apart; longer text is taken as it is. Our limit
DEEPEST = 4  # an event, quoted, with a body in base64, is three


def take_apart(text: str, *, deepest: int = DEEPEST) -> Parts | None:
    """Return the parts of a text, or None if it is a delivery's body or nothing we know."""
    if not deepest or len(text) > LONGEST or not text.strip() or is_delivery(text):
        return None
    parts = next(filter(None, (kind(text) for kind in KINDS)), None)
    if parts is None or not parts.bodies:
        return parts
    first = parts.bodies[0]
    inside = first if isinstance(first, str) else first.decode(errors="replace")
    inner = take_apart(inside, deepest=deepest - 1)
    return parts.around(inner) if inner else parts
