"""Text of a shell: a `curl` command, or one word in quotes."""

import re
from collections.abc import Iterator

from quo_admin.webhooks.keys.pasted.parts import Parts, signature_in

# Each character belongs to one branch only, so that matching takes linear time.
PIECE = re.compile(
    r"""\$'(?P<escaped>(?:[^'\\]|\\.)*)'|'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)\""""
    r"""|(?P<joined>\\\r?\n)|\\(?P<sign>.)|(?P<space>\s+)|(?P<bare>[^\s'"\\$]+|\$(?!'))""",
    re.DOTALL,
)
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
DATA = ("-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json")
HEADERS = ("-H", "--header")


def curl(text: str) -> Parts | None:
    """Take apart a `curl` command, as browsers and tools copy it."""
    if not re.match(r"\s*(?:\$ )?curl\s", text):
        return None
    words = list(_words(text))
    given = [
        (option, word[len(option) :].removeprefix("=") or following)
        for word, following in zip(words, [*words[1:], ""], strict=True)
        for option in (*DATA, *HEADERS)
        if word == option or word.startswith(f"{option}=") or _is_joined(option, word)
    ]
    lines = [value.partition(":") for option, value in given if option in HEADERS]
    body = "&".join(value for option, value in given if option in DATA)
    header = signature_in((name, value) for name, _, value in lines)
    return Parts("a curl command", header, (body,) if body and body[0] != "@" else ()) or None


def quoted(text: str) -> Parts | None:
    """Take the quotes of a shell off: '…', "…", $'…'."""
    text = text.strip()
    if not re.match(r"\$?['\"]", text):
        return None
    words = list(_words(text))
    return Parts("text in quotes", bodies=(words[0],)) if len(words) == 1 and words[0] else None


def _is_joined(option: str, word: str) -> bool:
    return len(option) == 2 and word.startswith(option) and len(word) > 2


def _words(text: str) -> Iterator[str]:
    """Yield the words of a command line; nothing after quotes that do not end."""
    word: list[str] = []
    position, begun = 0, False
    while position < len(text) and (piece := PIECE.match(text, position)):
        position = piece.end()
        if piece.lastgroup == "space":
            if begun:
                yield "".join(word)
            word, begun = [], False
        elif piece.lastgroup != "joined":
            word.append(_unquoted(piece))
            begun = True
    if begun and position == len(text):
        yield "".join(word)


def _unquoted(piece: re.Match[str]) -> str:
    text = piece[piece.lastgroup or 0]
    if piece.lastgroup == "double":
        return re.sub(r'\\(?:\r?\n|(["\\$`]))', lambda found: found[1] or "", text)
    if piece.lastgroup == "escaped":
        return ESCAPE.sub(_sign, text)
    return text


def _sign(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else ESCAPED.get(found[3], found[3])
