"""Numbers as people write them."""

import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quo_admin.onboarding import parsing
from quo_admin.onboarding.parsing import parse_numbers
from quo_admin.workspace.models import Number, ShortNumber
from tests.factories import NOON, make_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db):
    return make_number(id="PNdesk1", name="Front desk", number="+14155550134")


def ids_of(texts):
    return [number.quo_id for number in parse_numbers(texts).numbers]


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


def test_unknown_entries_are_listed_once_and_duplicates_are_counted(desk):
    found = parse_numbers(
        ["(415) 555-0134", "", "Nobody", "front desk", " Nobody ", "+1 415", "PNno"]
    )

    assert [number.quo_id for number in found.numbers] == [desk.quo_id]
    assert found.unknown == ["Nobody", "+1 415", "PNno"]
    assert found.doubles == 1


def test_ambiguous_name_matches_no_number(desk):
    make_number(id="PNdesk2", name="Front Desk", number="+14155550135")

    found = parse_numbers(["front desk", "PNdesk2"])

    assert [number.quo_id for number in found.numbers] == ["PNdesk2"]
    assert found.unknown == found.shared == ["front desk"]


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
    ],
)
def test_line_can_contain_several_numbers_or_one_in_several_forms(desk, text, ids, unknown):
    make_number(id="PNoak", name="Oakland, front desk", number="+15105550126")

    found = parse_numbers([text])

    assert [number.quo_id for number in found.numbers] == ids
    assert (found.unknown, found.doubles) == (unknown, 0)


def test_few_ids_are_found_without_reading_all_numbers(desk, django_assert_num_queries):
    make_number(id="PNoak", name="PNname")

    with django_assert_num_queries(1) as queries:
        assert ids_of(["PNoak", "PNdesk1"]) == ["PNoak", "PNdesk1"]
    assert "WHERE" in queries[0]["sql"]
    assert ids_of(["PNdesk1", "PNname", "PNno"]) == ["PNdesk1", "PNoak"]


def test_numbers_chosen_before_the_list_come_first_and_count_as_named(desk):
    oak = make_number(id="PNoak", name="Oakland")
    first = ShortNumber.read(Number.objects.filter(pk=oak.pk))

    found = parse_numbers(["Front desk", "Oakland"], first=first)

    assert [number.quo_id for number in found.numbers] == ["PNoak", "PNdesk1"]
    assert found.doubles == 1


def test_each_distinct_line_is_parsed_once(desk, monkeypatch):
    requested, read = [], parsing._spellings
    monkeypatch.setattr(parsing, "_spellings", lambda text: requested.append(text) or read(text))

    parse_numbers(["+1 212 555 0199", "(415) 555-0134", "Nobody", "(415) 555-0134"])

    assert sorted(requested) == ["(415) 555-0134", "+1 212 555 0199", "Nobody"]


# Spellings of any number of any country

GAPS = st.sampled_from(["", " ", "-", ".", "/", "\u00a0", "\u2011", " - "])


@st.composite
def spelled(draw):
    """A number of the plan E.164, and one way to write it."""
    country = draw(st.sampled_from(["1", "44", "49", "358"]))
    first, rest = draw(st.sampled_from("23456789")), draw(st.text(string.digits, min_size=9))[:9]
    national = first + rest
    body = first
    for place, figure in enumerate(rest, start=1):
        body += (draw(GAPS) if place in (3, 6) else "") + figure
    parts = [f"+{country}", country, f"00{country}", f"+ {country}"]
    prefix = draw(st.sampled_from([*parts, ""] if country == "1" else parts))
    around = draw(st.sampled_from(["{}{}", " {} {} ", "tel:{}{}", "\u200e{} {}"]))
    return f"+{country}{national}", around.format(prefix, body)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(spelled())
def test_any_number_is_found_in_any_format(pair):
    number, text = pair
    Number.objects.all().delete()
    make_number(id="PNother", name="Other", number="+12125550199")
    wanted = make_number(id="PNwanted", name="Wanted", number=number)

    assert ids_of([text]) == [wanted.quo_id]


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), max_size=5))
def test_any_text_can_be_parsed(desk, texts):
    found = parse_numbers(texts)

    assert {number.quo_id for number in found.numbers} <= {desk.quo_id}
    assert len(found.unknown) == len(set(found.unknown))
