"""Phone numbers as people write them, and their digits."""

import re
import unicodedata

# Digits of a US or Canadian number without its country code. Our assumption: a number this
# short is one of theirs, as companies on Quo write them.
NATIONAL_DIGITS = 10
COUNTRY_CODE = "1"
# dialled before a country code, in most countries and in North America
ABROAD = re.compile("^(00|011)")
# a number that a spreadsheet took for an amount
SPREADSHEET_ZERO = re.compile(r"^(\+?\d{7,})\.0+$")
NO_DIGIT = re.compile(r"\D")
BEFORE_NUMBER = re.compile("^(tel:|')", re.IGNORECASE)
NUMBER_CHARACTERS = re.compile(r"[0-9\s()+./‐‒–—−-]+")
MIN_NUMBER_DIGITS = 7  # digits: fewer may be a year, or the end of a number


def digits(text: str) -> str:
    """Return the digits of a number in any spelling: "+1 (415) 555-0134" → "14155550134"."""
    return NO_DIGIT.sub("", text)


def plain(text: str) -> str:
    """Return a text without invisible characters, which phones copy with numbers.

    Digits of other scripts become ASCII digits.
    """
    if text.isascii():
        return " ".join(text.split())
    shown = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return " ".join("".join(str(unicodedata.decimal(c, c)) for c in shown).split())


def whole(text: str) -> list[str]:
    """Return the digits that a text may mean, likeliest first; none if it is not a number."""
    cleaned = BEFORE_NUMBER.sub("", plain(text)).strip()
    cleaned = SPREADSHEET_ZERO.sub(r"\1", cleaned)
    if not NUMBER_CHARACTERS.fullmatch(cleaned):
        return []
    figures = digits(cleaned)
    if cleaned.startswith("+") or ABROAD.match(figures):  # (0) is dialled within the country only
        return [ABROAD.sub("", digits(cleaned.replace("(0)", "")))]
    national = [COUNTRY_CODE + figures] if len(figures) == NATIONAL_DIGITS else []
    return [*national, figures]


def number_search_terms(words: str) -> set[str]:
    """Return sequences of digits that a number has if the words are it or a part of it.

    Within a country, a number is dialled with a leading zero that is not one of its digits.
    """
    cleaned = plain(words)
    found = set(whole(cleaned))
    if not re.search(r"[^\W\d_]", cleaned):  # an ID has letters and digits
        found |= {digits(cleaned), digits(cleaned.replace("(0)", ""))}
    found |= {each.lstrip("0") for each in found if len(each) >= MIN_NUMBER_DIGITS}
    return found - {""}
