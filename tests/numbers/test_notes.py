"""Notes about Quo app webhooks: given, shown, taken back, and on the audit log."""

import pytest

from quo_admin.audit.models import Entry
from quo_admin.numbers.coverage_cells import cells
from quo_admin.numbers.models import Note
from quo_admin.workspace.models import Number
from tests.factories import NOON, make_note, make_number
from tests.words import text

pytestmark = pytest.mark.django_db
AT = "/numbers/note/"


@pytest.fixture(autouse=True)
def numbers(db):
    return [make_number(id="PN1", name="Front desk"), make_number(id="PN2", name="Sales desk")]


def add_note(browser, **changes):
    values = {"numbers": ["PN1"], "events": ["received"], "text": "To the CRM, says Tom"}
    return browser.post(AT, values | changes, follow=True)


def entries(action):
    values = Entry.objects.filter(action=action).order_by("number")
    return [(e.actor, e.target, e.label, e.before, e.after) for e in values]


def test_note_for_several_numbers_is_saved_and_audited_for_each(operator, numbers):
    response = add_note(operator, numbers=["PN1", "PN2"], events=["received", "delivered"])

    assert "Note saved for 2 numbers" in text(response)
    assert {
        (number, event, cell.state)
        for number, values in cells(numbers).items()
        for event, cell in values.items()
    } == {(id, event, "noted") for id in ("PN1", "PN2") for event in ("received", "delivered")}
    words = "received and delivered: To the CRM, says Tom"
    assert entries("number.noted") == [
        ("olga", "PN1", "Front desk", "", words),
        ("olga", "PN2", "Sales desk", "", words),
    ]


def test_number_page_shows_the_note_and_its_author(operator, viewer):
    response = add_note(operator)

    assert response.redirect_chain[-1][0] == "/numbers/PN1/"
    words = text(viewer.get("/numbers/PN1/"))
    assert "To the CRM, says Tom" in words
    assert "by olga" in words
    assert "Take back" not in words


def test_second_note_is_ignored(operator):
    add_note(operator)
    response = add_note(operator, text="Another")

    assert "This was already noted." in text(response)
    assert [note.text for note in Note.objects.all()] == ["To the CRM, says Tom"]
    assert len(entries("number.noted")) == 1


def test_removed_note_leaves_a_gap_and_is_in_the_audit_log(operator, numbers):
    add_note(operator)
    note = Note.objects.get()

    response = operator.post(f"/numbers/notes/{note.pk}/take-back/", follow=True)

    assert "The note was removed." in text(response)
    assert cells(numbers)["PN1"]["received"].state == "not-covered"
    assert entries("number.note_ended") == [
        ("olga", "PN1", "Front desk", "received: To the CRM, says Tom", "")
    ]
    again = operator.post(f"/numbers/notes/{note.pk}/take-back/", follow=True)
    assert "olga already removed this note." in text(again)
    assert len(entries("number.note_ended")) == 1


def test_note_can_be_added_again_after_removal(operator):
    add_note(operator)
    operator.post(f"/numbers/notes/{Note.objects.get().pk}/take-back/")
    add_note(operator, text="Again")

    assert Note.objects.count() == 2
    assert Note.objects.holding().get().text == "Again"


def test_get_request_removes_no_note(operator):
    add_note(operator)

    response = operator.get(f"/numbers/notes/{Note.objects.get().pk}/take-back/")

    assert response["Location"] == "/numbers/PN1/"
    assert Note.objects.holding().exists()


def test_note_without_events_shows_an_error_and_keeps_the_input(operator):
    response = add_note(operator, events=[])

    assert "Select at least one event." in text(response)
    assert "To the CRM, says Tom</textarea>" in response.content.decode()
    assert not Note.objects.exists()


def test_note_without_numbers_redirects_to_the_list(operator):
    assert "Select the numbers" in text(add_note(operator, numbers=[]))
    assert operator.get(AT)["Location"] == "/numbers/"


def test_note_cannot_be_added_to_a_number_that_left(operator):
    Number.objects.filter(quo_id="PN1").update(missing_since=NOON)
    add_note(operator, numbers=["PN1", "PN2"])

    assert Note.objects.get().number_id == "PN2"


@pytest.mark.parametrize(
    "odd", [{"numbers": ["\x00"]}, {"text": "\x00a"}, {"text": "x" * 501}, {"events": ["x"]}]
)
def test_invalid_input_does_not_crash(operator, odd):
    assert add_note(operator, **odd).status_code == 200


def test_signing_in_again_keeps_the_input_for_another_submit(operator):
    operator.logout()
    values = {"numbers": ["PN1"], "events": ["delivered"], "text": "Typed"}
    assert operator.post(AT, values).status_code == 403

    signed_in = values | {"login": "olga", "password": "correct horse battery staple"}
    response = operator.post(AT, signed_in)

    assert "Typed</textarea>" in response.content.decode()
    assert not Note.objects.exists()


def test_list_of_notes_shows_the_current_ones_newest_first(operator, viewer):
    add_note(operator)
    add_note(operator, numbers=["PN2"], text="To the archive")
    operator.post(f"/numbers/notes/{Note.objects.get(number_id='PN1').pk}/take-back/")
    add_note(operator, numbers=["PN1"], text="To billing")

    page = viewer.get("/numbers/notes/")

    assert [(note.text, str(number)) for note, number in page.context["rows"]] == [
        ("To billing", "Front desk"),
        ("To the archive", "Sales desk"),
    ]


def test_list_of_notes_shows_the_id_of_a_number_that_quo_never_listed(viewer):
    make_note(number_id="PNelsewhere")

    assert "PNelsewhere" in text(viewer.get("/numbers/notes/"))


def test_empty_list_of_notes_explains_how_to_add_one(viewer):
    assert "No notes yet. Select numbers on the Coverage page" in text(
        viewer.get("/numbers/notes/")
    )
