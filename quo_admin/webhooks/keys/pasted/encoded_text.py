"""Text that stands for bytes: base64, or a literal of Python."""

import ast
import base64
import binascii
import re

from quo_admin.webhooks.keys.pasted.parts import Parts

BASE64 = re.compile(r"[A-Za-z0-9+/_\s-]{24,}={0,2}\s*")
LITERAL = re.compile(r"\s*b(?:'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")\s*")


def in_base64(text: str) -> Parts | None:
    """Decode base64 of JSON, or of any text that has JSON in it."""
    if not BASE64.fullmatch(text):
        return None
    letters = "".join(text.split()).rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        body = base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return Parts("base64", bodies=(body,)) if b"{" in body and _is_text(body) else None


def python_bytes(text: str) -> Parts | None:
    """Read a literal of bytes, as Python prints them."""
    if not LITERAL.fullmatch(text):
        return None
    try:
        body: bytes = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError):
        return None
    return Parts("bytes as Python prints them", bodies=(body,))


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
