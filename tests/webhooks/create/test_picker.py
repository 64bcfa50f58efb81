import pytest

from quo_admin.webhooks.create import picker as module
from quo_admin.webhooks.create.picker import picker
from tests.factories import make_number, make_webhook

pytestmark = pytest.mark.django_db


def names(found):
    return [choice.number.name for choice in found.choices]


def test_selected_numbers_come_first_in_every_search():
    make_number(id="PN1", name="Billing")
    make_number(id="PN2", name="Front desk")

    found = picker("PN2", words="bill")

    assert names(found) == ["Front desk", "Billing"]
    assert [choice.chosen for choice in found.choices] == [True, False]
    assert (found.chosen, found.matching, found.known) == (1, 1, 2)


def test_ids_without_a_checkbox_stay_in_the_text_field():
    make_number(id="PN1")

    found = picker("PN1, PNother\noops", words="")

    assert found.typed == "PNother\noops"
    assert found.chosen == 3


def test_all_numbers_selects_the_radio_button():
    found = picker("*", words="")

    assert found.all_numbers
    assert found.typed == ""


def test_number_of_checkboxes_is_limited(monkeypatch):
    monkeypatch.setattr(module, "MAX_CHECKBOXES", 3)
    for n in range(6):
        make_number(id=f"PN{n}", name=f"Number {n}")

    found = picker("PN5 PN4", words="number")

    assert names(found) == ["Number 5", "Number 4", "Number 0"]
    assert found.hidden == 3


def test_selected_numbers_beyond_the_checkbox_limit_stay_in_text_field(monkeypatch):
    monkeypatch.setattr(module, "MAX_CHECKBOXES", 2)
    for n in range(4):
        make_number(id=f"PN{n}")

    found = picker("PN0 PN1 PN2", words="")

    assert len(found.choices) == 2
    assert found.chosen == 3
    assert len(found.typed.split()) == 1


def test_each_number_shows_the_hosts_that_receive_its_messages():
    for id in ("PN1", "PN2"):
        make_number(id=id, name=id)
    make_webhook(resourceIds=["PN1"], url="https://a.example/")
    make_webhook(resourceIds=["PN1"], url="https://off.example/", status="disabled")
    make_webhook(resourceIds=["PN2"], url="https://sent.example/", events=["message.delivered"])
    make_webhook(resourceIds=["*"], url="https://all.example/")

    reached = {choice.number.quo_id: choice.hosts for choice in picker("", words="").choices}

    assert reached == {"PN1": ["a.example", "all.example"], "PN2": ["all.example"]}


def test_query_count_of_picker_is_constant(
    django_assert_max_num_queries,
):
    for n in range(50):
        make_number(id=f"PN{n}")

    with django_assert_max_num_queries(5):
        picker("PN1 PN2", words="")
