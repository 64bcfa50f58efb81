import pytest

from quo_admin.workspace.checks import check_default_country
from quo_admin.workspace.models import Number
from tests.factories import make_number

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "words",
    ["front", "DESK", "+14155550134", "(415) 555-0134", "415.555.0134", "0134", "PNabc", " front "],
)
def test_number_is_found_by_name_any_format_and_id(words):
    number = make_number(id="PNabc123", name="Front desk", number="+14155550134")
    make_number(id="PNother", name="Billing", number="+12065550199")

    assert list(Number.objects.search(words)) == [number]


def test_search_does_not_match_digits_of_an_id_to_a_number():
    make_number(id="PNother", number="+18255550199")

    assert not Number.objects.search("WH8Tb2TbhYz")


@pytest.mark.parametrize("words", ["nowhere", "0000", "%", "_"])
def test_unmatched_search_finds_nothing(words):
    make_number()

    assert not Number.objects.search(words)


def test_empty_search_finds_everything():
    make_number()

    assert Number.objects.search("  ").count() == 1


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+14155550134", "(415) 555-0134"),
        ("+442079460958", "+44 20 7946 0958"),
        ("+390236618300", "+39 02 3661 8300"),
        ("+61255501234", "+61 2 5550 1234"),
        ("+9991234567", "+9991234567"),  # of no country
        ("+141555", "+141555"),
        ("front", "front"),
        (None, ""),
    ],
)
def test_numbers_of_other_countries_are_shown_in_their_international_form(number, words):
    assert Number(number=number).spelled == words


@pytest.mark.parametrize(("country", "count"), [("", 0), ("GB", 0), ("England", 1), ("XX", 1)])
def test_check_names_a_default_country_that_is_none(settings, country, count):
    settings.DEFAULT_COUNTRY = country

    errors = check_default_country()

    assert len(errors) == count
    assert all("DEFAULT_COUNTRY" in str(error) and "XX" not in str(error) for error in errors)


def test_viewer_cannot_sync(viewer):
    assert viewer.post("/sync/now/").status_code == 403
