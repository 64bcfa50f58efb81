import pytest

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


def test_viewer_cannot_sync(viewer):
    assert viewer.post("/sync/now/").status_code == 403
