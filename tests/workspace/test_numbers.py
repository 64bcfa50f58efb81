import pytest

from quo_admin.workspace.models import Number, Sweep
from tests.factories import NOON, make_member, make_number
from tests.words import text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "words",
    ["front", "DESK", "+14155550134", "(415) 555-0134", "415.555.0134", "0134", "PNabc", " front "],
)
def test_number_is_found_by_name_by_any_spelling_and_by_id(words):
    number = make_number(id="PNabc123", name="Front desk", number="+14155550134")
    make_number(id="PNother", name="Billing", number="+12065550199")

    assert list(Number.objects.search(words)) == [number]


def test_digits_of_an_id_are_not_those_of_a_number():
    make_number(id="PNother", number="+18255550199")

    assert not Number.objects.search("WH8Tb2TbhYz")


@pytest.mark.parametrize("words", ["nowhere", "0000", "%", "_"])
def test_what_is_nobodys_is_not_found(words):
    make_number()

    assert not Number.objects.search(words)


def test_nothing_typed_finds_everything():
    make_number()

    assert Number.objects.search("  ").count() == 1


def test_page_lists_numbers_with_their_members(viewer):
    make_member()
    make_number(name="Front desk", portingStatus="pending")

    words = text(viewer.get("/numbers/"))

    for fact in ("Front desk", "(415) 555-0134", "Maya Ortiz", "GR1", "Porting: pending"):
        assert fact in words


def test_page_says_how_old_the_reading_is_and_by_whom(viewer):
    make_number()
    Sweep.objects.create(started_at=NOON, ended_at=NOON, actor="ada", numbers=1, members=1)

    words = text(viewer.get("/numbers/"))

    assert "as Quo told them" in words
    assert "by ada" in words
    assert "2026-11-22 12:00:00 UTC" in viewer.get("/numbers/").content.decode()


def test_page_says_stale_after_a_failed_sweep(operator, sandbox):
    operator.post("/numbers/sweep/")
    sandbox.faults.add("status", status=403, body={"message": "Forbidden"})

    response = operator.post("/numbers/sweep/", follow=True)

    assert "Stale since" in text(response)
    assert "Forbidden" in text(response)
    assert "Front desk" in text(response)


def test_three_kinds_of_nothing_are_told_apart(viewer, operator):
    assert "No number is known here yet" in text(viewer.get("/numbers/"))
    assert "Press “Sweep now”" in text(operator.get("/numbers/"))
    make_number()
    assert "No number fits “nowhere”" in text(viewer.get("/numbers/?q=nowhere"))


def test_button_reads_the_company(operator, sandbox):
    response = operator.post("/numbers/sweep/", follow=True)

    assert "Read 6 members and 34 numbers from Quo." in text(response)


def test_page_works_while_quo_is_down(viewer):
    make_number()

    assert viewer.get("/numbers/").status_code == 200


def test_viewer_may_not_sweep(viewer):
    assert viewer.post("/numbers/sweep/").status_code == 403


def test_page_costs_the_same_number_of_queries_however_many_numbers(
    viewer, django_assert_max_num_queries
):
    for _ in range(150):
        make_number()

    with django_assert_max_num_queries(13):
        assert "Page 1 of 2" in text(viewer.get("/numbers/"))
