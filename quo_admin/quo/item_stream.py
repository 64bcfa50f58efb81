"""Reads the list of a response item by item as it arrives, so that it never is in memory as text.

A response is a JSON object with the list in ``data``. Its other values are skipped.
"""

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import Any

from quo_admin.quo.json_values import Unreadable

MAX_ITEM_CHARS = 4 * 1024 * 1024  # our limit, of one item
WHITE_SPACE = " \t\n\r"
NUMBER_GOES_ON = ("", ".", "e", "E")
DECODER = json.JSONDecoder()


class NoList(Unreadable):
    """The response is a JSON object without a list in ``data``."""


def read_items(chunks: Iterable[bytes]) -> Iterator[Any]:
    """Yield the items of the list. What was yielded counts only if the end is reached.

    Raises:
        NoList: there is no list.
        ValueError, RecursionError: the response is no JSON object, is cut, or has an item that is
            larger than our limit.
    """
    text = _Text(chunks)
    found = False
    text.expect("{")
    if text.skip("}"):
        raise NoList("it contains no list")
    while True:
        name = text.value()
        text.expect(":")
        if name == "data":
            if found or not text.skip("["):
                raise NoList("it contains no list")
            found = True
            yield from _list(text)
        else:
            text.value()
        if not text.skip(","):
            break
    text.expect("}")
    text.expect_end()
    if not found:
        raise NoList("it contains no list")


def _list(text: "_Text") -> Iterator[Any]:
    if text.skip("]"):
        return
    yield text.value()
    while text.skip(","):
        yield text.value()
    text.expect("]")


class _Text:
    """The part of the response that has arrived and was not read yet."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._at = 0
        self._ended = False

    def value(self) -> Any:
        """Read one JSON value. A number ends only where something else begins."""
        while True:
            start = self._next()
            is_last_try = self._ended or len(self._text) - start > MAX_ITEM_CHARS
            try:
                value, end = DECODER.raw_decode(self._text, start)
            except ValueError:
                if is_last_try:
                    raise
            else:
                if is_last_try or self._text[end : end + 1] not in NUMBER_GOES_ON:
                    self._at = end
                    return value
            self._more()

    def skip(self, character: str) -> bool:
        """Skip this character if it is the next one that is no white space."""
        at = self._next()
        if self._text[at : at + 1] != character:
            return False
        self._at = at + 1
        return True

    def expect(self, character: str) -> None:
        if not self.skip(character):
            raise ValueError(f"no {character}")

    def expect_end(self) -> None:
        if self._next() < len(self._text):
            raise ValueError("text after the end")

    def _next(self) -> int:
        """Return where the next character is that is no white space; at the end, the length."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in WHITE_SPACE:
                self._at += 1
            if self._at < len(self._text) or self._ended:
                return self._at
            self._more()

    def _more(self) -> None:
        chunk = next(self._chunks, None)
        self._ended = chunk is None
        self._text = self._text[self._at :] + self._decoder.decode(chunk or b"", self._ended)
        self._at = 0
