import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from quo_admin.audit.models import Entry
from quo_admin.webhooks.inventory import export
from quo_admin.webhooks.models import MemberList, Webhook
from quo_admin.webhooks.store import record_creator
from quo_admin.workspace.models import Sync
from tests.factories import KEY, NOON, make_member, make_number, make_webhook, update_webhooks

pytestmark = pytest.mark.django_db


def table(response):
    """Return the rows of an export, each a dict by its header."""
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline="")))


def test_export_has_everything_except_the_key_and_url_secrets(viewer):
    make_number(id="PN1", name="Front desk", number="+14155550134")
    make_number(id="PN2", name="+15555550100", number="+15555550100")
    make_member(id="US1", firstName="Maya", lastName="Ortiz")
    webhook = make_webhook(
        id="WHone",
        label="Café, “both”\nlines",
        userId="US1",
        url="https://example.com/a/path/that/is/long/and-secret?token=hush",
        events=["message.received", "message.delivered"],
        resourceIds=["PN1", "PN2", "PN9"],
    )
    record_creator(webhook, by="olga")
    update_webhooks(
        drift="changed",
        drift_since=NOON,
        drift_details=[["label", "Old", "New"]],
        missing_since=NOON,
    )

    response = viewer.post("/webhooks/export/")
    [row] = table(response)

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="webhooks-')
    assert row == {
        "ID": "WHone",
        "label": "Café, “both”\nlines",
        "state": "Missing at Quo",
        "status": "enabled",
        "endpoint URL (shortened)": "https://example.com/a/path/that/is/long…",
        "family": "Messages",
        "events": "message.received; message.delivered",
        "numbers": "Front desk; +15555550100; PN9",
        "phone numbers": "(415) 555-0134; (555) 555-0100; ",
        "number IDs": "PN1; PN2; PN9",
        "member": "Maya Ortiz",
        "member ID": "US1",
        "workspace ID": "OR2fWc9x",
        "created": "2026-11-22T11:59:59.123Z",
        "updated": "2026-11-22T11:59:59.123Z",
        "deleted": "",
        "key fingerprint": export.pairs(webhook.key_fingerprint),
        "drift": "Changed at Quo",
        "drift since": "2026-11-22T12:00:00.000Z",
        "differences, before": "label Old",
        "differences, after": "label New",
        "findings": "",
        "created by": "olga",
        "first seen": "2026-11-22T12:00:00.000Z",
        "last seen": "2026-11-22T12:00:00.000Z",
        "missing since": "2026-11-22T12:00:00.000Z",
        "deleted by": "",
    }
    assert KEY not in str(row)


def test_formulas_are_escaped_but_phone_numbers_are_not(viewer):
    make_number(id="PN1", name="+15555550100", number="+15555550100")
    make_webhook(label="=HYPERLINK(1)", resourceIds=["PN1"])
    make_webhook(label="+15555550100", resourceIds=["*"])

    star, formula = table(viewer.post("/webhooks/export/"))

    assert formula["label"] == "'=HYPERLINK(1)"
    assert formula["numbers"] == "+15555550100"
    assert star["label"] == "+15555550100"
    assert star["numbers"] == "All numbers"
    assert star["number IDs"] == "*"


def test_export_has_filtered_webhooks_newest_first(viewer):
    make_webhook(label="Old", createdAt="2026-01-01T00:00:00Z")
    make_webhook(label="Off", status="disabled")
    make_webhook(label="New", createdAt="2026-11-01T00:00:00Z")
    shown = viewer.get("/webhooks/?status=enabled").context["rows"]

    rows = table(viewer.post("/webhooks/export/", {"status": "enabled", "sort": "label"}))

    assert [row["label"] for row in rows] == [row.label for row in shown] == ["New", "Old"]


def test_webhook_with_missing_fields_is_exported(viewer):
    names = ("label", "status", "url", "key", "createdAt", "events", "resourceIds", "userId")
    make_webhook(id="WHbare", **dict.fromkeys(names))

    [row] = table(viewer.post("/webhooks/export/"))

    assert row["ID"] == "WHbare"
    assert row["label"] == row["key fingerprint"] == row["numbers"] == ""


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({}, "all"),
        ({"q": "desk", "status": "enabled"}, "search “desk”, State: enabled"),
        ({"sort": "label", "rows": "25"}, "all"),
    ],
)
def test_audit_entry_is_recorded_before_the_export_is_streamed(viewer, filters, words):
    make_webhook()

    viewer.post("/webhooks/export/", filters)  # nothing of it was read yet

    entry = Entry.objects.newest_first().first()
    assert (entry.actor, entry.action) == ("vera", "list.exported")
    assert entry.after == words


def test_search_without_results_is_not_recorded_in_audit_log(viewer):
    make_webhook()
    head = Entry.objects.head()

    response = viewer.post("/webhooks/export/", {"q": KEY, "status": "enabled"})

    assert Entry.objects.head() == head
    assert response["Location"] == "/webhooks/?status=enabled"


def test_export_marks_missing_and_unread_webhooks_not_in_sync(viewer):
    began = timezone.now()
    Sync.objects.create(started_at=began, ended_at=began, actor="worker", counts={"webhooks": 1})
    MemberList.objects.create(member_id="US1", requested_at=began, read_at=began)
    MemberList.objects.create(member_id="US2", requested_at=began, failure="Forbidden")
    for label, member in (("Read", "US1"), ("Unread", "US2"), ("Nobody’s", None), ("Off", "US2")):
        make_webhook(label=label, userId=member)
    for label, member in (("Past", "US1"), ("Deleted", "US2")):
        make_webhook(label=label, userId=member)
    Webhook.objects.filter(label="Off").update(drift="changed", drift_since=NOON)
    Webhook.objects.filter(label__in=["Past", "Deleted"]).update(missing_since=NOON)
    Webhook.objects.filter(label="Past").update(drift="missing", drift_since=NOON)

    rows = table(viewer.post("/webhooks/export/"))

    assert {row["label"]: row["drift"] for row in rows} == {
        "Read": "In sync",
        "Unread": "Not checked",
        "Nobody’s": "Not checked",
        "Off": "Changed at Quo",
        "Past": "Missing at Quo",
        "Deleted": "",
    }


def test_get_request_exports_nothing(viewer):
    make_webhook()

    response = viewer.get("/webhooks/export/")

    assert response.status_code == 302
    assert not Entry.objects.filter(action="list.exported").exists()


def test_chunks_have_constant_query_count_and_contain_each_row_once(viewer, monkeypatch):
    monkeypatch.setattr(export, "CHUNK", 10)
    for _ in range(35):
        make_webhook(createdAt="2026-11-22T11:00:00Z", resourceIds=["PN1", "PN2"])

    response = viewer.post("/webhooks/export/")
    with CaptureQueriesContext(connection) as captured:
        rows = table(response)

    assert len({row["ID"] for row in rows}) == len(rows) == 35
    # names of numbers and members, the last sync; for each of four chunks its rows, where it ends
    # and its findings; the end
    assert len(captured) == 3 + 4 * (1 + 1 + 1) + 1


def test_export_contains_open_findings(viewer):
    make_webhook(label="Plain", url="http://example.com/quo", resourceIds=["*"])
    make_webhook(label="Fine")

    rows = {row["label"]: row["findings"] for row in table(viewer.post("/webhooks/export/"))}

    assert rows["Plain"] == "Not encrypted; All numbers"
    assert rows["Fine"] == ""
