"""A delivery is recognized in the forms in which tools show it."""

import base64
import json
import shlex
import time
from pathlib import Path

import pytest
from django.core.cache import cache
from hypothesis import given, settings
from hypothesis import strategies as st

from quo_admin.audit.models import Entry
from quo_admin.quo import signatures
from quo_admin.webhooks.keys.pasted import LONGEST, take_apart
from quo_admin.webhooks.keys.reading import read
from tests.factories import make_webhook
from tests.webhooks.keys.test_signature_debugger import BENCH, KEY, payload, sign
from tests.words import text

DATA = Path(__file__).parents[2] / "data" / "deliveries"
SIGNED_AT = "2026-11-20 15:00:01"
BOTH = "signature header and body found."


def fields(name):
    """Return header and body of a file: it may have one after the other, or the whole in one."""
    content = (DATA / name).read_text()
    if not content.startswith("HEADER FIELD:\n"):
        return "", content
    header, body = content.removeprefix("HEADER FIELD:\n").split("\nBODY FIELD:\n")
    return header.strip(), body.rstrip("\n")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("whole-request.txt", f"Read as a whole HTTP request: {BOTH}"),
        ("headers-as-json.txt", "Read the header as headers in JSON."),
        ("body-in-shell-quotes.txt", "Read the body as text in quotes."),
        ("body-base64.txt", "Read the body as base64."),
        ("http2-headers.txt", f"Read as a whole HTTP request: {BOTH}"),
        ("curl.txt", f"Read as a curl command: {BOTH}"),
        ("curl-windows.txt", f"Read as a curl command: {BOTH}"),
        ("automation-item.json", f"Read as an item with headers and body: {BOTH}"),
        ("automation-headers-list.json", f"Read as an item with headers and body: {BOTH}"),
        ("automation-raw-body.json", f"Read as an item with headers and body: {BOTH}"),
        ("raw-headers.json", f"Read as an item with headers and body: {BOTH}"),
        ("header-values-in-lists.json", f"Read as an item with headers and body: {BOTH}"),
        ("serverless-event.json", f"Read as a serverless event, then base64: {BOTH}"),
        ("quoted-string.txt", f"Read as text in quotes, then a whole HTTP request: {BOTH}"),
        ("log-lines.txt", f"Read as log lines: {BOTH}"),
        ("log-line-escaped.txt", f"Read as log lines: {BOTH}"),
        ("log-line-python.txt", f"Read as log lines: {BOTH}"),
        ("code.txt", f"Read as log lines: {BOTH}"),
    ],
)
def test_delivery_in_the_form_of_a_tool_is_valid_and_the_page_says_what_it_took(viewer, name, note):
    cache.clear()
    key = (DATA / "key.txt").read_text().strip()
    make_webhook(id="WHdesk", label="Desk", key=key, resourceIds=["*"])
    header, body = fields(name)
    body = body.replace("\n", "\r\n")  # as browsers send the text of a field

    answer = viewer.post(BENCH, {"header": header, "body": body, "received_at": SIGNED_AT})

    assert note in text(answer)
    assert answer.context["verdict"].title == "Valid"
    assert "Desk" in text(answer)
    entry = Entry.objects.filter(action="signature.checked").latest("number")
    assert (entry.target, entry.after) == ("WHdesk", "valid")
    assert answer.context["form"]["body"].value() == body


@pytest.mark.django_db
def test_whole_request_in_a_file_is_taken_apart(viewer):
    cache.clear()
    make_webhook(key=(DATA / "key.txt").read_text().strip(), resourceIds=["*"])
    with (DATA / "whole-request.txt").open("rb") as file:
        answer = viewer.post(BENCH, {"file": file, "received_at": SIGNED_AT})

    assert answer.context["verdict"].title == "Valid"


@pytest.mark.django_db
def test_whole_delivery_in_the_header_field_needs_no_body(viewer):
    cache.clear()
    make_webhook(key=(DATA / "key.txt").read_text().strip(), resourceIds=["*"])
    whole = fields("serverless-event.json")[1]

    answer = viewer.post(BENCH, {"header": whole, "received_at": SIGNED_AT})

    assert answer.context["verdict"].title == "Valid"


# Each kind, around any delivery


def header_lines(signature):
    return f"Host: hooks.example\r\nOPENPHONE-Signature: {signature}\r\nAccept: */*"


def in_base64(body):
    return base64.b64encode(body.encode()).decode()


def item(signature, body):
    return {"headers": {"openphone-signature": signature}, "body": body}


KINDS = {
    "plain": lambda s, b: (s, b),
    "request": lambda s, b: ("", f"POST /quo HTTP/1.1\r\n{header_lines(s)}\r\n\r\n{b}"),
    "head": lambda s, b: ("", f"{header_lines(s)}\r\n\r\n{b}"),
    "curl": lambda s, b: ("", shlex.join(["curl", "-H", f"openphone-signature:{s}", "-d", b])),
    "curl joined": lambda s, b: ("", f"curl x -H'openphone-signature:{s}' --data={shlex.quote(b)}"),
    "header lines": lambda s, b: (header_lines(s), b),
    "header quoted": lambda s, b: (f'"{s}"', b),
    "headers in JSON": lambda s, b: (json.dumps({"OpenPhone-Signature": s}), b),
    "headers in a list": lambda s, b: (json.dumps([["Openphone-Signature", s]]), b),
    "item": lambda s, b: ("", json.dumps([{"json": item(s, b)}])),
    "item parsed": lambda s, b: ("", json.dumps(item(s, json.loads(b)), indent=2)),
    "event": lambda s, b: ("", json.dumps(item(s, in_base64(b)) | {"isBase64Encoded": True})),
    "shell quotes": lambda s, b: (s, shlex.quote(b)),
    "JSON string": lambda s, b: (s, json.dumps(b)),
    "base64": lambda s, b: (s, in_base64(b)),
    "base64 for URLs": lambda s, b: (s, base64.urlsafe_b64encode(b.encode()).decode().rstrip("=")),
    "Python bytes": lambda s, b: (s, repr(b.encode())),
    "event in quotes": lambda s, b: ("", json.dumps(json.dumps(item(s, in_base64(b))))),
    "log": lambda s, b: ("", f"12:00 INFO signature={s}\n12:01 DEBUG body: {b} end"),
    "log escaped": lambda s, b: ("", f"12:00 signature={s}, body: {json.dumps(b)}, answered 401"),
}


def judged(header, body, now_ms):
    """Return the verdict on pasted fields, with no mistakes allowed for."""
    delivery = read(header, body)
    stamps = signatures.read(delivery.header)
    match = signatures.exact(stamps, [one for _, one in delivery.bodies], KEY)
    return signatures.judge(match, now_ms=now_ms).kind


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(words=st.text(st.characters(exclude_categories=["Cs"])), ms=st.integers(10**12, 2 * 10**12))
def test_delivery_in_any_form_is_valid_and_a_changed_one_is_not(kind, words, ms):
    body = payload(text=words, more=[1, {"a": "b"}])
    signature = sign(body, ms=ms)

    assert judged(*KINDS[kind](signature, body), ms) == "valid"
    changed = body.replace('"PN1"', '"PN2"')
    assert judged(*KINDS[kind](signature, changed), ms) == "no match"


@pytest.mark.parametrize(
    "pasted",
    [
        "webhook-id: msg_1\nwebhook-timestamp: 1795186800\nwebhook-signature: v1,YWJj\n\n{}",
        '{"headers": {"Webhook-Signature": "v1,YWJj"}, "body": "{}"}',
        "curl -H 'Webhook-Signature: v1,YWJj' -d '{}' https://hooks.example",
        "12:00 webhook-signature=v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= refused",
    ],
)
def test_signature_of_the_newer_system_is_recognized_in_other_forms(pasted):
    with pytest.raises(signatures.BadHeader) as fault:
        signatures.read(read("", pasted).header)

    assert fault.value.kind == "newer system"


@pytest.mark.parametrize("body", ["not JSON", "[1]", "null", '{"a": 1}', payload(), "[" * 9999, ""])
def test_plain_body_is_taken_as_it_is(body):
    assert take_apart(body) is None
    assert read("nonsense", body).header == "nonsense"


def test_damaged_body_is_not_repaired():
    assert take_apart(payload() + "}") is None


def test_body_inside_a_delivery_is_not_taken_for_the_delivery():
    body = json.dumps({"type": "x", "data": {"object": {"body": "Hi", "headers": {"a": "b"}}}})

    assert take_apart(body) is None


def test_headers_alone_are_named():
    note = read("", header_lines("hmac;1;1;x")).note

    assert note == "Read as a list of headers: signature header found, but no body."


def test_signature_in_the_header_field_wins_over_the_one_in_the_body():
    body = KINDS["request"]("hmac;1;2;x", payload())[1]

    assert read("hmac;1;1;x", body).header == "hmac;1;1;x"


@pytest.mark.parametrize(
    "pasted",
    [
        "curl '", "{", "[", '{"', "b'{", '"{\\', "\\", "'", '"', "$'", "a:", "a: b\n", "\t", "\n ",
        " \r\n", "hmac;1;1;", "webhook-signature ", '{"a":[', "POST ", "curl \\\n", "YWJj", "Zm9v{",
    ],
)  # fmt: skip
def test_hostile_text_of_full_size_is_answered_in_time(pasted):
    started = time.process_time()
    for before in ("", "curl "):
        read("", before + pasted * ((LONGEST - 5) // len(pasted)))

    assert time.process_time() - started < 3  # seconds, two readings; our limit
