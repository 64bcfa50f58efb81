"""Phone numbers as people write them: what a text means, and how a number is shown.

libphonenumber knows the spellings of every country. Searches for a part of a number have rules of
their own, since a part is no number.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneNumberFormat

# Digits of a US or Canadian number without its country code. Our assumption: a number this
# short is one of theirs, as companies on Quo write them.
NATIONAL_DIGITS = 10
COUNTRY_CODE = "1"
NORTH_AMERICA = "US"  # stands for all countries of +1, which write their numbers alike
# dialled before a country code, in most countries and in North America
ABROAD = re.compile("^(00|011)")
# a number that a spreadsheet took for an amount
SPREADSHEET_ZERO = re.compile(r"^(\+?\d{7,})\.0+$")
NO_DIGIT = re.compile(r"\D")
BEFORE_NUMBER = re.compile("^(tel:|')", re.IGNORECASE)
NUMBER_CHARACTERS = re.compile(r"[0-9\s()+./‐‒–—−-]+")
MIN_NUMBER_DIGITS = 7  # digits: fewer may be a year, or the end of a number
E164 = re.compile(r"\+[1-9]\d{6,14}")
NORTH_AMERICAN = re.compile(r"\+1(\d{3})(\d{3})(\d{4})")
# Marks and fillers that show nothing, besides those that plain() removes
INVISIBLE = {"Mn", "Me", "Cc"}  # Unicode categories
FILLERS = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0"), None)
SEPARATORS = dict.fromkeys(map(ord, "_|·•∙⋅・"), " ")  # written between groups of digits


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


def readings(text: str, country: str) -> list[str]:
    """Return the digits, in E.164, of the numbers that a text may mean, likeliest first.

    An extension is ignored. A number without a country code belongs to the country; if it cannot
    be read so, it may still begin with a country code without its plus, or with the 00 or 011 that
    is dialled before one elsewhere.

    Args:
        country: two letters, such as "US".
    """
    shown = plain(text).translate(FILLERS | SEPARATORS)
    if not shown.isascii():
        shown = "".join(c for c in shown if unicodedata.category(c) not in INVISIBLE)
    as_abroad = re.sub(r"^[^\d+]*(00|011)?", "+", shown)
    found = (_digits_of(each, country) for each in (shown, as_abroad))
    return [each for each in found if each]


def _digits_of(text: str, country: str) -> str:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return ""
    return f"{number.country_code}{phonenumbers.national_significant_number(number)}"


def calling_code(country: str) -> str:
    """Return the digits before the numbers of a country: "GB" → "44"; "" if there is none."""
    code = phonenumbers.country_code_for_region(country)
    return str(code) if code else ""


def main_country(numbers: Iterable[str]) -> str:
    """Return the country of most of these numbers, given as digits: "US" for +1, or if there are
    none.
    """
    countries: Counter[str] = Counter()
    for beginning, count in Counter(number[:3] for number in numbers).items():
        codes = (int(beginning[:n]) for n in range(1, len(beginning) + 1))
        regions = next(filter(None, map(COUNTRY_CODE_TO_REGION_CODE.get, codes)), ())
        countries.update(dict.fromkeys(regions[:1], count))
    return countries.most_common(1)[0][0] if countries else NORTH_AMERICA


def spelled(number: str | None) -> str:
    """Return a number as North Americans write theirs, "(415) 555-0134", or in its international
    form, "+44 20 7946 0958". A text that is no number stays as it is.
    """
    if match := NORTH_AMERICAN.fullmatch(number or ""):
        return "({}) {}-{}".format(*match.groups())
    return _international(number) if number and E164.fullmatch(number) else number or ""


@lru_cache(maxsize=10_000)  # the numbers of a large company
def _international(number: str) -> str:
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


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
