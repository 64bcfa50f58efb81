"""Numbers as people write them, and the digits that they mean."""

import re
import unicodedata

# Digits of a number of the United States or Canada without its country code. Policy: so short
# a number is one of theirs, as the companies on Quo write them.
NATIONAL_DIGITS = 10
COUNTRY_CODE = "1"
ABROAD = re.compile("^(00|011)")  # dialled before a country code: elsewhere, in America
SPREADSHEET_ZERO = re.compile(r"^(\+?\d{7,})\.0+$")  # a number that was taken for an amount
WHOLE = 7  # digits: fewer may as well be a year, or the end of a number


def digits(text: str) -> str:
    """Return the digits of a number in any spelling: "+1 (415) 555-0134" → "14155550134"."""
    return re.sub(r"\D", "", text)


def plain(text: str) -> str:
    """Return a text without what nobody sees: telephones copy numbers with invisible marks.

    Digits of other scripts become those of ours.
    """
    if text.isascii():
        return " ".join(text.split())
    shown = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return " ".join("".join(str(unicodedata.decimal(c, c)) for c in shown).split())


def whole(text: str) -> list[str]:
    """Return the digits that a text may be, the likeliest first; none where it is no number."""
    said = re.sub("^(tel:|')", "", plain(text), flags=re.IGNORECASE).strip()
    said = SPREADSHEET_ZERO.sub(r"\1", said)
    if not re.fullmatch(r"[0-9\s()+./‐‒–—−-]+", said):
        return []
    figures = digits(said)
    if said.startswith("+") or ABROAD.match(figures):  # (0) is said at home, and not dialled here
        return [ABROAD.sub("", digits(said.replace("(0)", "")))]
    national = [COUNTRY_CODE + figures] if len(figures) == NATIONAL_DIGITS else []
    return [*national, figures]


def sought(words: str) -> set[str]:
    """Return digits of which a number has some in a row, where the words are it or a part of it.

    At home a whole number is dialled with a zero in front, which is none of its digits.
    """
    said = plain(words)
    found = set(whole(said))
    if not re.search(r"[^\W\d_]", said):  # an id has letters and digits
        found |= {digits(said), digits(said.replace("(0)", ""))}
    found |= {each.lstrip("0") for each in found if len(each) >= WHOLE}
    return found - {""}
