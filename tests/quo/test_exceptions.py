import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quo_admin.quo import exceptions
from quo_admin.quo.exceptions import Fault, FieldFault, refusal, refuses


def read(status, body):
    return Fault.read(status, body if isinstance(body, bytes) else json.dumps(body).encode())


def test_documented_error_format_is_parsed():
    fault = read(
        400,
        {
            "message": "/url: Expected string",
            "code": "0300400",
            "status": 400,
            "docs": "https://quo.com/docs",
            "title": "Bad Request",
            "trace": "7355608135123456789",
            "errors": [
                {"path": "/url", "message": "Expected string", "schema": {"type": "String"}}
            ],
        },
    )

    assert fault == Fault(
        status=400,
        message="/url: Expected string",
        code="0300400",
        trace="7355608135123456789",
        fields=(FieldFault(path="/url", message="Expected string"),),
    )
    assert str(fault) == "/url: Expected string (trace 7355608135123456789)"


def test_authentication_error_format_is_parsed():
    fault = read(401, {"error": {"message": "Unauthorized", "key": "Unauthorized", "trace": "1"}})

    assert (fault.message, fault.code, fault.trace) == ("Unauthorized", "Unauthorized", "1")


def test_html_is_converted_to_text():
    fault = read(404, b"<!DOCTYPE html><pre>Cannot PATCH /v1/webhooks/WH1</pre>")

    assert fault.message == "Cannot PATCH /v1/webhooks/WH1"


def test_numeric_trace_keeps_all_digits():
    assert (
        read(500, b'{"message": "x", "trace": 7355608135123456789}').trace == "7355608135123456789"
    )


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'"x', b"\xff\xfe", b"[" * 100_000])
def test_empty_or_invalid_body_still_gives_a_message(body):
    fault = read(502, body)

    assert fault.message
    assert len(fault.message) <= exceptions.CLIPPED


def test_unknown_status_is_shown():
    assert read(599, b"").message == "status 599"


def test_message_is_one_line_of_storable_characters():
    assert read(400, {"message": "a\nb\x00\ud800"}).message == "a b\ufffd\ufffd"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
NAMES = st.sampled_from(["message", "title", "code", "key", "trace", "errors", "error", "path"])


@given(st.integers(0, 999), st.binary() | JSON | st.dictionaries(NAMES, JSON))
def test_fault_parser_never_raises(status, body):
    assert read(status, body).message


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, exceptions.QuoRefused),
        (401, exceptions.KeyRejected),
        (403, exceptions.NotAllowed),
        (404, exceptions.NotFound),
        (409, exceptions.QuoRefused),
        (422, exceptions.QuoRefused),
        (429, exceptions.RateLimited),
    ],
)
def test_status_maps_to_its_exception_class(status, kind):
    assert type(refusal(Fault(status=status, message="no"))) is kind


@pytest.mark.parametrize("status", [200, 302, 408, 500, 502, 503])
def test_non_4xx_and_408_are_not_rejections(status):
    assert not refuses(status)
