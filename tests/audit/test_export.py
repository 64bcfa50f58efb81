import csv
from io import StringIO

import pytest

from quo_admin.audit import pagination, search, services
from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.audit.services import record

EXPORT = "/audit/export/"


def rows(answer):
    content = answer.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(StringIO(content, newline="")))


def test_export_has_every_column_of_the_filtered_entries_newest_first(viewer):
    record(actor="ada", action=Action.KEY_CHECKED, target="WHother")
    for label in ("First", "Second"):
        entry = record(actor="grace", action=Action.KEY_CHECKED, target="WHone", label=label)

    found = rows(viewer.post(EXPORT, {"person": "grace"}))

    assert [row["Label"] for row in found] == ["Second", "First"]
    assert found[0] == {
        "Number": str(entry.number), "At (UTC)": entry.at, "Who": "grace", "Action": "Key checked",
        "Action ID": "key.checked", "Object": "WHone", "Label": "Second", "Before": "", "After": "",
        "Address": "", "Request": "", "Hash": entry.hash,
    }  # fmt: skip


def test_export_has_the_entire_audit_log_up_to_its_own_entry(viewer, monkeypatch):
    monkeypatch.setattr(pagination, "STEP", 3)
    for number in range(10):
        record(actor="ada", action=Action.KEY_CHECKED, target=f"WH{number}")
    last = Entry.objects.head().number

    found = rows(viewer.post(EXPORT))

    assert [int(row["Number"]) for row in found] == list(range(last, 0, -1))


def test_export_of_a_short_search_has_older_entries_too(viewer, monkeypatch):
    monkeypatch.setattr(search, "RECENT", 2)
    for number in range(5):
        record(actor="ada", action=Action.KEY_CHECKED, target="WHa", label=f"ä{number}")

    found = rows(viewer.post(EXPORT, {"q": "ä"}))

    assert [row["Label"] for row in found] == ["ä4", "ä3", "ä2", "ä1", "ä0"]


def test_label_that_is_a_formula_is_escaped(viewer):
    record(actor="ada", action=Action.KEY_CHECKED, target="WHone", label="=1+1")

    assert rows(viewer.post(EXPORT, {"object": "WHone"}))[0]["Label"] == "'=1+1"


def test_export_is_recorded_with_filters_and_count_before_it_is_streamed(viewer):
    record(actor="grace", action=Action.KEY_CHECKED)

    viewer.post(EXPORT, {"person": "grace", "act": "key.checked"})

    entry = Entry.objects.newest_first().first()
    assert (entry.actor, entry.action) == (viewer.user.username, Action.EXPORTED)
    assert entry.after == "CSV, 1 row: Person: grace, Action: Key checked"


def test_export_of_a_search_is_recorded_without_a_count(viewer):
    record(actor="ada", action=Action.KEY_CHECKED, label="Front desk")

    viewer.post(EXPORT, {"q": "desk"})

    assert Entry.objects.newest_first().first().after == "CSV: “desk”"


def test_search_without_matches_is_not_exported_or_recorded(viewer):
    head = Entry.objects.head()

    response = viewer.post(EXPORT, {"q": "a key pasted by mistake", "person": "ada"})

    assert Entry.objects.head() == head
    assert response["Location"] == "/audit/?person=ada"


def test_export_fails_when_its_audit_entry_fails(viewer, monkeypatch):
    def broken(**values):
        raise RuntimeError("the audit log cannot be written")

    monkeypatch.setattr(services, "record", broken)
    with pytest.raises(RuntimeError):
        viewer.post(EXPORT)


@pytest.mark.parametrize(("method", "asked"), [("get", {}), ("post", {"since": "yesterday"})])
def test_get_or_invalid_filter_redirects_without_an_export(viewer, method, asked):
    head = Entry.objects.head()

    answer = getattr(viewer, method)(EXPORT, asked)

    assert answer["Location"] == ("/audit/?since=yesterday" if asked else "/audit/")
    assert Entry.objects.head() == head


def test_export_button_shows_the_count_and_submits_the_filters(viewer):
    record(actor="grace", action=Action.KEY_CHECKED)
    record(actor="grace", action=Action.KEY_CHECKED)

    page = viewer.get("/audit/", {"person": "grace"}).content.decode()

    assert "Export 2 as CSV" in page
    assert '<input type="hidden" name="person" value="grace">' in page
