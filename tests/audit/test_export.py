import csv
from io import StringIO

import pytest

from quo_admin.audit import pagination, services
from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.audit.services import record

EXPORT = "/audit/export/"


def rows(answer):
    content = answer.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(StringIO(content, newline="")))


def test_file_holds_every_column_of_what_the_filters_show_newest_first(viewer):
    record(actor="ada", action=Action.KEY_CHECKED, target="WHother")
    for label in ("First", "Second"):
        entry = record(actor="grace", action=Action.KEY_CHECKED, target="WHone", label=label)

    found = rows(viewer.post(EXPORT, {"person": "grace"}))

    assert [row["Label"] for row in found] == ["Second", "First"]
    assert found[0] == {
        "Number": str(entry.number), "At (UTC)": entry.at, "Who": "grace", "Act": "Key checked",
        "Action": "key.checked", "Object": "WHone", "Label": "Second", "Before": "", "After": "",
        "Address": "", "Request": "", "Hash": entry.hash,
    }  # fmt: skip


def test_export_has_the_entire_audit_log_up_to_its_own_entry(viewer, monkeypatch):
    monkeypatch.setattr(pagination, "STEP", 3)
    for number in range(10):
        record(actor="ada", action=Action.KEY_CHECKED, target=f"WH{number}")
    last = Entry.objects.head().number

    found = rows(viewer.post(EXPORT))

    assert [int(row["Number"]) for row in found] == list(range(last, 0, -1))


def test_label_that_a_spreadsheet_could_run_is_made_safe(viewer):
    record(actor="ada", action=Action.KEY_CHECKED, target="WHone", label="=1+1")

    assert rows(viewer.post(EXPORT, {"object": "WHone"}))[0]["Label"] == "'=1+1"


def test_export_is_on_the_audit_log_with_its_filters_and_count_before_its_first_byte(viewer):
    record(actor="grace", action=Action.KEY_CHECKED)

    viewer.post(EXPORT, {"person": "grace", "act": "key.checked"})

    entry = Entry.objects.newest_first().first()
    assert (entry.actor, entry.action) == (viewer.user.username, Action.EXPORTED)
    assert entry.after == "CSV, 1 row: Person: grace, Action: Key checked"


def test_export_of_a_search_is_on_the_audit_log_uncounted(viewer):
    record(actor="ada", action=Action.KEY_CHECKED, label="Front desk")

    viewer.post(EXPORT, {"q": "desk"})

    assert Entry.objects.newest_first().first().after == "CSV: “desk”"


def test_words_that_find_nothing_are_not_written_down_since_they_may_be_a_key(viewer):
    head = Entry.objects.head()

    response = viewer.post(EXPORT, {"q": "a key pasted by mistake", "person": "ada"})

    assert Entry.objects.head() == head
    assert response["Location"] == "/audit/?person=ada"


def test_nothing_leaves_where_it_cannot_be_written_down(viewer, monkeypatch):
    def broken(**values):
        raise RuntimeError("the audit log cannot be written")

    monkeypatch.setattr(services, "record", broken)
    with pytest.raises(RuntimeError):
        viewer.post(EXPORT)


@pytest.mark.parametrize(("method", "asked"), [("get", {}), ("post", {"since": "yesterday"})])
def test_link_or_wrong_filter_exports_nothing_and_leads_to_the_page(viewer, method, asked):
    head = Entry.objects.head()

    answer = getattr(viewer, method)(EXPORT, asked)

    assert answer["Location"] == ("/audit/?since=yesterday" if asked else "/audit/")
    assert Entry.objects.head() == head


def test_button_names_the_count_and_bears_the_filters(viewer):
    record(actor="grace", action=Action.KEY_CHECKED)
    record(actor="grace", action=Action.KEY_CHECKED)

    page = viewer.get("/audit/", {"person": "grace"}).content.decode()

    assert "Export 2 as CSV" in page
    assert '<input type="hidden" name="person" value="grace">' in page
