"""HTTP as text: a whole request, or its headers, a line each."""

import re

from quo_admin.webhooks.keys.pasted.parts import Parts, signature_in

REQUEST_LINE = re.compile(r"(?:[<>] )?[A-Z]{3,10} \S+(?: HTTP/[0-9.]+)?[ \r]*$")
HEADER_LINE = re.compile(r"(?:[<>] ?)?\s*:?([A-Za-z0-9_-]{1,100})[ \t]*[:=\t][ \t]*(.*)$")
LONGEST_HEAD = 64 * 1024  # characters; servers accept less


def request(text: str) -> Parts | None:
    """Take apart headers, with or without a request line before and a body after them."""
    text = text.lstrip("\r\n")
    blank = re.search(r"\r?\n>?[ \t]*\r?\n", text[:LONGEST_HEAD])
    head, body = (text[: blank.start()], text[blank.end() :]) if blank else (text, "")
    lines = head[:LONGEST_HEAD].splitlines()
    is_request = bool(lines and REQUEST_LINE.match(lines[0]))
    matches = [HEADER_LINE.match(line) for line in lines[is_request:]]
    if not matches or not all(matches):
        return None
    header = signature_in((match[1], match[2]) for match in matches if match)
    if not header and not is_request:
        return None
    kind = "a whole HTTP request" if body.strip() else "a list of headers"
    return Parts(kind, header, (body,) if body.strip() else ())
