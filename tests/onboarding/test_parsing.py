"""Numbers as people write them."""

import string

import phonenumbers
import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quo_admin.onboarding import number_index
from quo_admin.onboarding.entries import LOST_DIGITS, UNKNOWN, entries_of
from quo_admin.onboarding.parsing import parse_numbers
from quo_admin.workspace.models import Number, ShortNumber
from tests.factories import NOON, make_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db):
    return make_number(id="PNdesk1", name="Front desk", number="+14155550134")


def parsed(texts, **kwargs):
    return parse_numbers(entries_of(texts), **kwargs)


def ids_of(texts):
    return [number.quo_id for number in parsed(texts).numbers]


def skipped(found):
    return [(each.text, each.reason) for each in found.skipped]


@pytest.mark.parametrize(
    "text",
    [
        "PNdesk1",
        "Front desk",
        "  front   DESK ",
        "+14155550134",
        "14155550134",
        "4155550134",
        "(415) 555-0134",
        "+1 (415) 555-0134",
        "1-415-555-0134",
        "415.555.0134",
        "415/555 0134",
        "001 415 555 0134",
        "011 1 415 555 0134",
        "tel:+1-415-555-0134",
        "'+14155550134",  # as a spreadsheet is told that it is text
        "14155550134.0",  # as a spreadsheet is told nothing
        "\u202a+1 (415) 555‑0134\u202c",  # as a telephone copies it
        "＋１４１５５５５０１３４",
        "\ufeff415\u00a0555\u00a00134",
        "٤١٥ ٥٥٥ ٠١٣٤",
        "4\ufe0f15 555 0134\u3164",
        "415·555·0134",
        "Tel. 415-555-0134",
        "tel:+1-415-555-0134;ext=12",
        "(415) 555-0134 ext. 12",
        "415-555-0134 x3",
        "+1 415 555 0134 #7",
        "1-415-555-0134 extension 12",
        '="+14155550134"',
        '="(415) 555-0134"',
        "=14155550134",
        "1.4155550134E+10",
        "1,4155550134e10",
    ],
)
def test_number_is_parsed_in_common_formats(desk, text):
    assert ids_of([text]) == [desk.quo_id]


def test_international_number_is_parsed_with_and_without_trunk_zero():
    london = make_number(id="PNlon", name="London", number="+442079460958")

    for text in ("+44 (0)20 7946 0958", "0044 20 7946 0958", "44 20 7946 0958"):
        assert ids_of([text]) == [london.quo_id]


def test_number_ending_in_zeros_is_parsed():
    number = make_number(name="Round", number="+14155550000")

    assert ids_of(["415.555.0000"]) == [number.quo_id]


def test_every_entry_is_accounted_for(desk):
    found = parsed(
        ["(415) 555-0134", "", "Nobody", "front desk", " Nobody ", "1.20856E+10", "PNdesk1; PNno"]
    )

    assert (found.rows, len(found.numbers), found.doubles) == (6, 1, 2)
    assert [tuple(each.row) for each in found.skipped] == [
        ("Nobody", UNKNOWN, "List, line 3"),
        ("Nobody", UNKNOWN, "List, line 5"),
        ("1.20856E+10", LOST_DIGITS, "List, line 6"),
        ("PNno", UNKNOWN, "List, line 7"),
    ]


def test_ambiguous_name_matches_no_number(desk):
    make_number(id="PNdesk2", name="Front Desk", number="+14155550135")

    found = parsed(["front desk", "PNdesk2"])

    assert [number.quo_id for number in found.numbers] == ["PNdesk2"]
    assert skipped(found) == [
        ("front desk", "2 numbers are called “front desk”. Enter the phone number instead.")
    ]


def test_number_that_left_is_found_unless_its_number_was_reassigned(desk):
    Number.objects.update(missing_since=NOON)
    assert ids_of(["4155550134"]) == [desk.quo_id]

    again = make_number(id="PNagain", name="Front desk", number="+14155550134")
    assert ids_of(["4155550134"]) == [again.quo_id]


@pytest.mark.parametrize(
    ("text", "ids", "unknown"),
    [
        ("Oakland, front desk", ["PNoak"], []),  # a name with a comma in it
        ("PNdesk1, PNoak", ["PNdesk1", "PNoak"], []),
        ("PNdesk1 PNoak PNno", ["PNdesk1", "PNoak"], ["PNno"]),
        ("4155550134; Nobody", ["PNdesk1"], ["Nobody"]),
        ("Front desk\t(415) 555-0134\tGrace", ["PNdesk1"], []),  # a row of a spreadsheet
        ("Nobody\there", [], ["Nobody\there"]),
        ("Nobody, here", [], ["Nobody, here"]),
        (" ; ", [], [";"]),
    ],
)
def test_line_can_contain_several_numbers_or_one_in_several_forms(desk, text, ids, unknown):
    make_number(id="PNoak", name="Oakland, front desk", number="+15105550126")

    found = parsed([text])

    assert [number.quo_id for number in found.numbers] == ids
    assert ([each.text for each in found.skipped], found.doubles) == (unknown, 0)


def test_few_ids_are_found_without_reading_all_numbers(desk, django_assert_num_queries):
    make_number(id="PNoak", name="PNname")

    with django_assert_num_queries(1) as queries:
        assert ids_of(["PNoak", "PNdesk1"]) == ["PNoak", "PNdesk1"]
    assert "WHERE" in queries[0]["sql"]
    assert ids_of(["PNdesk1", "PNname", "PNno"]) == ["PNdesk1", "PNoak"]


def test_numbers_chosen_before_the_list_come_first_and_count_as_named(desk):
    oak = make_number(id="PNoak", name="Oakland")
    first = ShortNumber.read(Number.objects.filter(pk=oak.pk))

    found = parsed(["Front desk", "Oakland"], first=first)

    assert [number.quo_id for number in found.numbers] == ["PNoak", "PNdesk1"]
    assert found.doubles == 1


def test_each_distinct_line_is_parsed_once(desk, monkeypatch):
    requested, read = [], number_index.original_text
    monkeypatch.setattr(
        number_index, "original_text", lambda text: requested.append(text) or read(text)
    )

    parsed(["+1 212 555 0199", "(415) 555-0134", "Nobody", "(415) 555-0134"])

    assert sorted(requested) == ["(415) 555-0134", "+1 212 555 0199", "Nobody"]


@pytest.mark.parametrize("text", ["1.41556E+10", "1.415555013E+10", "4155550134 4155550134"])
def test_number_with_lost_or_added_digits_is_unknown(desk, text):
    assert ids_of([text]) == []


def test_default_country_is_the_country_of_most_numbers_or_set(settings):
    here = make_number(id="PNhere", name="London", number="+442079460958")
    make_number(id="PNmore", name="Leeds", number="+441134960124")
    make_number(id="PNus", name="Reno", number="+12079460958")

    assert ids_of(["020 7946 0958"]) == ids_of(["2079460958"]) == [here.quo_id]
    settings.DEFAULT_COUNTRY = "US"
    assert ids_of(["2079460958"]) == ["PNus"]
    assert ids_of(["020 7946 0958"]) == []


def test_default_country_ignores_numbers_that_left():
    for n in range(3):
        make_number(id=f"PNleft{n}", number=f"+44207946095{n}")
    Number.objects.update(missing_since=NOON)
    make_number(id="PNus", number="+14155550134")

    assert ids_of(["(415) 555-0134"]) == ["PNus"]


def test_library_is_not_asked_about_simple_spellings(desk, monkeypatch):
    monkeypatch.setattr(number_index, "readings", lambda *args: pytest.fail("slow"))

    for text in ("+14155550134", "(415) 555-0134", "14155550134", "+1 415.555.0134"):
        assert ids_of([text]) == [desk.quo_id]


# Spellings of any number of ten countries

COUNTRIES = ["US", "CA", "GB", "DE", "FR", "IT", "AU", "IN", "BR", "JP"]
GAPS = st.sampled_from([" ", "-", ".", "/", "\u00a0", "\u2011", " - ", "–", "\u200b", "\u2060", ""])
SCRIPTS = [string.digits, "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９", "०१२३४५६७८९"]
EXTENSIONS = ["", " ext. 12", " x3", " #7", "x12", ", ext 5", " extension 44", ";ext=12"]
AROUND = ["{}", " {} ", "tel:{}", "Tel. {}", "\u202a{}\u202c", "\ufeff{}", "'{}", '="{}"', "({})"]


@st.composite
def spelled(draw):
    """A number in E.164, and one way to write it in its own country or from abroad."""
    country = draw(st.sampled_from(COUNTRIES))
    kind = draw(st.sampled_from(["FIXED_LINE", "MOBILE"]))
    example = phonenumbers.example_number_for_type(
        country, getattr(phonenumbers.PhoneNumberType, kind)
    )
    forms = phonenumbers.PhoneNumberFormat
    form = draw(st.sampled_from([forms.NATIONAL, forms.INTERNATIONAL, forms.E164, forms.RFC3966]))
    body = phonenumbers.format_number(example, form)
    if form == forms.INTERNATIONAL:
        plus = draw(st.sampled_from(["+", "+ ", "00", "011 ", ""]))
        body = plus + body.removeprefix("+")
    groups = body.removeprefix("tel:").replace("-", " ").split(" ")
    body = groups[0] + "".join(draw(GAPS) + group for group in groups[1:])
    body = body.translate(str.maketrans(string.digits, draw(st.sampled_from(SCRIPTS))))
    body += draw(st.sampled_from(EXTENSIONS))
    number = phonenumbers.format_number(example, forms.E164)
    return country, number, draw(st.sampled_from(AROUND)).format(body)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(spelled())
def test_any_number_is_found_in_any_spelling(case):
    country, number, text = case
    Number.objects.all().delete()
    make_number(id="PNother", name="Other", number="+12125550199")
    make_number(id="PNwanted", name="Wanted", number=number)

    with override_settings(DEFAULT_COUNTRY=country):
        assert ids_of([text]) == ["PNwanted"]


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), max_size=5))
def test_any_text_can_be_parsed(desk, texts):
    found = parsed(texts)

    assert {number.quo_id for number in found.numbers} <= {desk.quo_id}
    assert found.rows == sum(bool(text.strip()) for text in texts)
    assert found.rows <= found.doubles + len(found.numbers) + len(found.skipped)
