"""Reads the two fields of the signature debugger, and says what they were taken for."""

from quo_admin.quo import signatures
from quo_admin.webhooks.keys.delivery import Bodies, Delivery
from quo_admin.webhooks.keys.pasted import take_apart
from quo_admin.webhooks.keys.pasted.parts import Parts

FOUND = {
    (True, True): "signature header and body found",
    (False, True): "body found, but no signature header",
    (True, False): "signature header found, but no body",
}


def read(header: str, body: str | bytes, *, received_ms: int | None = None) -> Delivery:
    """Return the delivery in a header and a body, of which either may hold everything.

    Args:
        body: the pasted text, or the bytes of a file.
    """
    of_header = None if _is_signature(header) else take_apart(header)
    of_body = take_apart(body if isinstance(body, str) else body.decode(errors="replace"))
    typed = of_header.header if of_header and of_header.header else header.strip()
    whole = of_header if of_header and of_header.bodies and not body else of_body
    bodies = whole.bodies if whole and whole.bodies else (body,)
    return Delivery(
        header=typed or (of_body.header if of_body else ""),
        bodies=_candidates(bodies) if bodies != ("",) else (),
        received_ms=received_ms,
        note=_note(of_header if typed != header.strip() else None, whole, has_header=bool(typed)),
    )


def _is_signature(header: str) -> bool:
    try:
        return bool(signatures.read(header))
    except signatures.BadHeader:
        return False


def _note(of_header: Parts | None, whole: Parts | None, *, has_header: bool) -> str:
    """Return one sentence about what was taken for what; "" if it was taken as it is."""
    if whole and (whole is of_header or not has_header):
        return f"Read as {whole.kind}: {FOUND[bool(whole.header), bool(whole.bodies)]}."
    read_as = [f"the header as {of_header.kind}"] if of_header else []
    read_as += [f"the body as {whole.kind}"] if whole and whole.bodies else []
    return f"Read {' and '.join(read_as)}." if read_as else ""


def _candidates(bodies: tuple[str | bytes, ...]) -> Bodies:
    return tuple(
        candidate
        for body in bodies
        for candidate in (
            _spellings(body) if isinstance(body, str) else (("the exact bytes", body),)
        )
    )


def _spellings(typed: str) -> Bodies:
    lf = typed.replace("\r\n", "\n")
    last = lf.rstrip("\n")
    spellings = [
        (lf, "LF line endings"),
        (lf.replace("\n", "\r\n"), "CRLF line endings"),
        (last, "LF line endings and no final line break"),
        (last.replace("\n", "\r\n"), "CRLF line endings and no final line break"),
    ]
    once = {body: f"the pasted text with {name}" for body, name in reversed(spellings)}
    return tuple((once[text], text.encode(errors="replace")) for text in reversed(once))
