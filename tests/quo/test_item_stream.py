import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quo_admin.quo.exceptions import QuoUnavailable
from quo_admin.quo.item_stream import MAX_ITEM_CHARS, NoList, read_items
from quo_admin.quo.responses import read_list, readable
from quo_admin.quo.types import WebhookData

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


def cut(body, size):
    return [body[start : start + size] for start in range(0, len(body), size)]


@given(
    items=st.lists(VALUES, max_size=6),
    other=st.dictionaries(st.text(max_size=4).filter(lambda name: name != "data"), VALUES),
    size=st.integers(1, 40),
    indent=st.sampled_from([None, 2]),
    ascii_only=st.booleans(),
)
def test_items_are_what_the_json_module_reads(items, other, size, indent, ascii_only):
    doc = json.dumps({**other, "data": items, "after": 12}, indent=indent, ensure_ascii=ascii_only)

    assert list(read_items(cut(doc.encode("utf-8", "surrogatepass"), size))) == items


@pytest.mark.parametrize("body", [b'{"data": {}}', b'{"data": null}', b"{}", b'{"other": [1]}',
                                  b'{"data": [], "data": [1]}'])  # fmt: skip
def test_response_without_one_list_is_an_error(body):
    with pytest.raises(NoList):
        list(read_items([body]))


WHOLE = b'{"data": [{"id": "WH1"}, {"id": "WH2"}], "total": 2}'


@pytest.mark.parametrize("end", range(len(WHOLE)))
def test_response_that_is_cut_anywhere_is_unusable(end):
    with pytest.raises(QuoUnavailable):
        readable(read_list(WebhookData.from_json, cut(WHOLE[:end], 7)))


@pytest.mark.parametrize(
    "body", [WHOLE + b"x", WHOLE.replace(b"}, {", b"} {"), WHOLE.replace(b"WH2", b"\xff"),
             WHOLE.replace(b'"WH2"', b"2"), b"[1]", b"<html>", b'{"data": [' + b"[" * 200_000]
)  # fmt: skip
def test_malformed_response_is_unusable_as_a_whole(body):
    with pytest.raises(QuoUnavailable):
        readable(read_list(WebhookData.from_json, cut(body, 5000)))


def test_item_over_the_limit_is_not_collected():
    read = []

    def endless():
        yield b'{"data": ["'
        while True:
            read.append(1)
            yield b"x" * 1024 * 1024

    with pytest.raises(ValueError, match="Unterminated"):
        list(read_items(endless()))

    assert len(read) <= MAX_ITEM_CHARS / 1024 / 1024 + 1


def test_long_list_is_read_in_constant_memory():
    item = json.dumps({"id": "WH" + "0" * 20, "label": "x" * 340}).encode()

    def chunks():
        yield b'{"data": [' + item
        for _ in range(500):
            yield (b"," + item) * 20
        yield b"]}"

    tracemalloc.start()
    try:
        assert sum(1 for _ in read_items(chunks())) == 10_001
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 1_000_000  # bytes, of a response of 3.8 MB
