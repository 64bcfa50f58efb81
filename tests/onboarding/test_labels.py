import pytest

from quo_admin.onboarding.labels import label, unknown_words
from tests.factories import make_number

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("pattern", "one", "three"),
    [
        ("{name} – {number}", "Front desk – (415) 555-0134", "Front desk and 2 more – 3 numbers"),
        ("{group}, {row}", "GR1, 7", "GR1, 7"),
        ("{name", "{name", "{name"),
        ("Archive", "Archive", "Archive"),
        ("{}{row}{row}", "{}77", "{}77"),
    ],
)
def test_label_pattern_is_filled_for_one_and_several_numbers(pattern, one, three):
    numbers = [make_number() for _ in range(3)]

    assert label(pattern, numbers[:1], row=7) == one
    assert label(pattern, numbers, row=7) == three


def test_number_without_a_name_shows_its_id():
    number = make_number(id="PNbare", name="{row}", number=None, groupId=None)

    assert label("{name} {number} {group}", [number], row=1) == "{row} PNbare no group"


def test_unknown_placeholders_are_reported():
    assert unknown_words("{name} {nmae} {} {number}") == ["nmae", ""]
