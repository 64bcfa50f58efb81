"""The planner: what is typed becomes a draft, and nothing of it is lost or sent."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quo_admin.batches.models import Batch
from quo_admin.onboarding import files
from quo_admin.webhooks.models import Attempt
from quo_admin.workspace.models import Number
from tests.factories import NOON, make_batch, make_member, make_number, make_webhook, plan_form
from tests.words import text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(db):
    return make_number(id="PN1", name="Front desk", number="+14155550134")


@pytest.fixture
def sales(db):
    return make_number(id="PN2", name="Sales desk", number="+14155550157")


def preview(browser, address="/onboarding/new/", **changes):
    return browser.post(address, plan_form(**changes), follow=True)


def plans(batch):
    return [(item.numbers, item.label, item.plan) for item in batch.rows.all()]


def csv_file(content):
    return SimpleUploadedFile("numbers.csv", content, content_type="text/csv")


def test_preview_saves_a_draft_and_sends_nothing(operator, sandbox):
    response = preview(operator)

    batch = Batch.objects.get()
    assert response.redirect_chain[-1][0] == f"/batches/{batch.pk}/"
    assert (batch.state, batch.planned_by) == ("draft", "olga")
    assert plans(batch) == [(["PN1"], "Front desk – (415) 555-0134", "create")]
    assert sandbox.calls.all() == []
    assert not Attempt.objects.exists()


def test_rows_contain_all_form_settings(operator, sales):
    make_member(id="USmaya", firstName="Maya")

    preview(
        operator,
        resourceIds=["PN1", "PN2"],
        events=["message.delivered", "message.received"],
        userId="USmaya",
        packing="packed",
        cap="2",
        pattern="Desks {row}",
    )

    assert Batch.objects.get().rows.get().payload == {
        "events": ["message.received", "message.delivered"],
        "label": "Desks 1",
        "resourceIds": ["PN1", "PN2"],
        "status": "enabled",
        "url": "https://example.com/quo",
        "userId": "USmaya",
    }


# Where numbers come from


def test_numbers_of_all_four_sources_are_combined_without_duplicates(operator, sales):
    make_number(id="PN3", name="Billing", number="+14155550142")
    make_number(id="PN4", name="Hiring", number="+14155550178")

    preview(
        operator,
        "/onboarding/new/?q=desk",
        filter="on",
        resourceIds=["", "PN3"],
        pasted="(415) 555-0157",
        file=csv_file(b"number;name\n+1 (415) 555-0178;Hiring\n;\nPN3;\n"),
    )

    batch = Batch.objects.get()
    assert [numbers for numbers, _, _ in plans(batch)] == [["PN1"], ["PN2"], ["PN3"], ["PN4"]]
    assert batch.form_data["doubles"] == 2


def test_list_filter_is_shown_and_can_be_deselected(operator, sales):
    make_webhook(resourceIds=["PN2"])

    page = operator.get("/onboarding/new/?gap=received")
    assert "1 number without coverage for Message received" in text(page)

    response = preview(operator, "/onboarding/new/?gap=received", resourceIds=[""])
    assert "Select at least one number" in text(response)
    assert "1 number without coverage for Message received" in text(response)


@pytest.mark.parametrize("method", ["get", "post"])
def test_numbers_selected_in_the_list_are_preselected(operator, sales, method):
    response = getattr(operator, method)("/onboarding/new/", {"numbers": ["PN2"]})

    assert [each.number for each in response.context["picker"].choices if each.chosen] == [sales]


def test_unknown_numbers_are_listed_and_kept_in_the_field(operator):
    response = preview(operator, pasted="Nobody\n415 555 9999\nfront desk")

    batch = Batch.objects.get()
    words = text(response)
    assert "3 rows read. 1 number in this plan. 1 listed twice. 2 skipped." in words
    assert "Nobody Not one of your Quo numbers. List, line 1" in words
    assert "415 555 9999 Not one of your Quo numbers. List, line 2" in words
    again = operator.get(f"/onboarding/new/?batch={batch.pk}")
    assert "Nobody\n415 555 9999\nfront desk</textarea>" in again.content.decode()


def test_only_unknown_numbers_gives_an_error(operator):
    response = preview(operator, resourceIds=[""], pasted="Nobody")

    assert "None of these is one of your Quo numbers." in text(response)
    assert "1 row read. 0 numbers selected. 1 skipped." in text(response)
    assert "Nobody Not one of your Quo numbers." in text(response)
    assert not Batch.objects.exists()


def test_ambiguous_name_gives_an_error_asking_for_the_number(operator):
    make_number(id="PN5", name="Front desk", number="+14155550135")

    response = preview(operator, resourceIds=[""], pasted="Front desk")

    assert "2 numbers are called “Front desk”. Enter the phone number instead." in text(response)


def test_number_that_left_is_blocked_with_a_reason(operator):
    Number.objects.update(missing_since=NOON)

    words = text(preview(operator, pasted="4155550134"))
    assert "This number is no longer one of your numbers." in words


def test_unreadable_file_shows_an_error_and_keeps_the_input(operator):
    response = preview(operator, file=csv_file(b"\x00\x01"), pasted="Nobody", pattern="Typed {row}")

    page = response.content.decode()
    assert "This is not a text file or a workbook." in text(response)
    assert "Nobody</textarea>" in page
    assert "Typed {row}" in page
    assert not Batch.objects.exists()


@pytest.mark.parametrize("size", [files.LARGEST + 1, 7 * 1024 * 1024])
def test_too_large_file_shows_an_error(operator, size):
    response = preview(operator, file=csv_file(b"4" * size))

    assert "The file is larger than 5 MB" in text(response)


def test_numbers_of_a_file_are_kept_in_the_list_after_another_error(operator):
    response = preview(operator, file=csv_file(b"+14155550134\nNobody\n"), url="nowhere")

    assert "+14155550134\nNobody</textarea>" in response.content.decode()


def test_pasted_list_can_be_as_large_as_the_file_limit(operator):
    response = operator.post(
        "/onboarding/new/", plan_form(pasted="x" * files.LARGEST, url="nowhere")
    )

    assert response.status_code == 200
    assert "Enter a full URL" in text(response)


def test_list_over_the_row_limit_shows_an_error(operator, monkeypatch):
    monkeypatch.setattr(files, "MAX_ROWS", 2)

    assert "A plan can have up to 2 numbers." in text(preview(operator, pasted="a\nb\nc"))


NUMBERS = Path(__file__).parents[1] / "data" / "numbers"
BOISE, SACRAMENTO, PORTLAND = "+12085550138", "+19165550166", "+15035550109"


@pytest.mark.parametrize(
    ("name", "rows", "found"),
    [
        ("locations.xlsx", 3, [BOISE, SACRAMENTO, PORTLAND]),
        ("locations.xls", 3, [BOISE, SACRAMENTO, PORTLAND]),
        ("locations.ods", 3, [BOISE, SACRAMENTO, PORTLAND]),
        ("excel-formula.csv", 2, [BOISE, SACRAMENTO]),
        ("excel-scientific.csv", 2, [BOISE, SACRAMENTO]),
        ("extensions.csv", 3, [BOISE, SACRAMENTO, PORTLAND]),
        ("sep-line.csv", 1, [BOISE]),
        ("heading-plural.csv", 1, [BOISE, SACRAMENTO]),
    ],
)
def test_all_numbers_of_files_from_spreadsheets_are_planned(operator, name, rows, found):
    for n, number in enumerate((BOISE, SACRAMENTO, PORTLAND)):
        make_number(id=f"PNcity{n}", number=number)
    upload = SimpleUploadedFile(name, (NUMBERS / name).read_bytes())

    response = preview(operator, resourceIds=[""], file=upload)

    ids = [number.quo_id for number in Number.objects.filter(number__in=found)]
    planned = [id for row in Batch.objects.get().rows.all() for id in row.numbers]
    assert sorted(planned) == sorted(ids)
    words = text(response)
    assert f"{rows} row{'s' * (rows > 1)} read. {len(found)} number" in words
    assert "skipped" not in words


def test_number_with_lost_digits_is_skipped_with_what_to_do(operator):
    content = (NUMBERS / "excel-scientific-cut.csv").read_bytes()

    words = text(preview(operator, file=csv_file(content)))

    assert "1.20856E+10 The spreadsheet dropped digits. Format the column as text" in words


def test_skipped_entries_can_be_downloaded_corrected_and_uploaded(operator, sales):
    rows = b"Name,Phone\nSales,415 555 9999\n,=1+2\nBilling,\n" + b",x\n" * 30
    words = text(preview(operator, file=csv_file(rows)))
    assert "33 rows read. 1 number in this plan. 33 skipped." in words
    assert "The first 20 of 33 are shown." in words

    batch = Batch.objects.get()
    response = operator.get(f"/batches/{batch.pk}/skipped.csv")
    content = b"".join(response.streaming_content)
    lines = list(csv.reader(StringIO(content.decode("utf-8-sig"))))
    assert lines[:4] == [
        ["number", "reason", "place"],
        ["415 555 9999", "Not one of your Quo numbers.", "File, row 2"],
        ["'=1+2", "Not one of your Quo numbers.", "File, row 3"],
        ["Billing", "No number in this row.", "File, row 4"],
    ]
    assert len(lines) == 34

    corrected = content.replace(b"415 555 9999", b"415 555 0157")
    preview(operator, f"/onboarding/new/?batch={batch.pk}", file=csv_file(corrected))
    assert ["PN2"] in [numbers for numbers, _, _ in plans(Batch.objects.get())]


def test_draft_of_an_earlier_version_is_shown(operator):
    batch = make_batch("draft")
    for name in ("rows", "found", "skipped", "notes"):
        del batch.form_data[name]
    batch.save()

    assert operator.get(f"/batches/{batch.pk}/").status_code == 200
    assert operator.get(f"/batches/{batch.pk}/skipped.csv").status_code == 200


def test_template_can_be_uploaded_again(operator, sales):
    response = operator.get("/onboarding/template.csv")
    content = b"".join(response.streaming_content)

    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"))))
    assert rows == [
        ["number", "name"],
        ["+14155550134", "Front desk"],
        ["+14155550157", "Sales desk"],
    ]
    entries = files.read_numbers(content).entries
    assert [entry.text for entry in entries] == ["+14155550134", "+14155550157"]


def test_excel_template_can_be_uploaded_again(operator, sales):
    make_number(id="PN0", name="A & <B>\x01", number="+14155550111")

    content = operator.get("/onboarding/template.xlsx").content

    entries = files.read_numbers(content).entries
    assert [entry.text for entry in entries] == ["+14155550111", "+14155550134"]


# What is wrong, and what was typed


def test_form_with_errors_keeps_the_input(operator):
    response = preview(
        operator,
        resourceIds=["", "PN1"],
        pasted="Nobody",
        events=None,
        url="nowhere",
        userId="7",
        pattern="{nmae}",
        packing="all",
        cap="0",
        accept=["plain-http"],
    )

    page, words = response.content.decode(), text(response)
    assert "Fix 6 fields. Nothing was planned." in words
    assert "{nmae} is not a placeholder." in words
    for typed in ("Nobody</textarea>", "nowhere", 'value="7"', "{nmae}", 'value="0"'):
        assert typed in page
    assert "1 selected" in words


@pytest.mark.parametrize(("cap", "says"), [("101", "less than or equal to 100"), ("", "")])
def test_pack_size_is_limited(operator, cap, says):
    response = preview(operator, packing="packed", cap=cap)

    assert says in text(response)
    assert Batch.objects.exists() == (not says)


def test_search_keeps_the_form_and_shows_no_errors(operator, sales):
    form = plan_form(preview=None, search="1", find="sales", url="nowhere", events=None)

    response = operator.post("/onboarding/new/", form)

    assert "nowhere" in response.content.decode()
    assert "to mend" not in text(response)
    assert [str(each.number) for each in response.context["picker"].choices] == [
        "Front desk",  # chosen before
        "Sales desk",
    ]


def test_signing_in_again_keeps_the_form_for_another_submit(operator):
    form = plan_form(pasted="Nobody")
    operator.logout()

    requested = operator.post("/onboarding/new/?q=desk", form)
    assert requested.status_code == 403
    assert 'name="pasted" value="Nobody"' in requested.content.decode()

    values = form | {"login": "olga", "password": "correct horse battery staple"}
    response = operator.post("/onboarding/new/?q=desk", values)
    assert "You are signed in again. Nothing was sent" in text(response)
    assert "Nobody</textarea>" in response.content.decode()
    assert not Batch.objects.exists()


def test_changed_plan_replaces_its_draft_but_not_a_started_batch(operator):
    first = make_batch("draft")
    page = operator.get(f"/onboarding/new/?batch={first.pk}")
    assert f"Edit the plan of batch {first.pk}" in text(page)
    assert "https://example.com/quo" in page.content.decode()

    preview(operator, f"/onboarding/new/?batch={first.pk}", pattern="Anew")
    second = Batch.objects.get()
    assert second.pk != first.pk

    Batch.objects.update(state="done")
    preview(operator, f"/onboarding/new/?batch={second.pk}", pattern="Once more")
    assert Batch.objects.count() == 2


@pytest.mark.parametrize("query", ["batch=abc", "batch=" + "9" * 30, "gap=%00&q=%ff", "batch=7"])
def test_invalid_query_parameters_are_ignored(operator, query):
    assert operator.get(f"/onboarding/new/?{query}").status_code == 200


# What follows the typing


def live(browser, **changes):
    return text(browser.post("/onboarding/new/live/", plan_form(preview=None, **changes)))


def test_live_preview_updates_sentence_labels_and_counts(operator, sales):
    words = live(operator, pasted="Sales desk\nNobody", pattern="To {name}")

    assert "Messages received by Front desk and Sales desk will be sent to example.com ." in words
    assert "2 webhooks to create." in words
    assert "To Front desk To Sales desk" in words
    assert "1 selected" in words
    assert "Nobody Not one of your Quo numbers. List, line" in words


def test_labels_are_shown_before_numbers_are_selected(operator):
    assert "To Front desk" in live(operator, resourceIds=[""], pattern="To {name}", url="")


def test_plan_shows_policy_warnings_and_covered_numbers(operator, sales):
    make_webhook(url="http://example.com/quo", resourceIds=["PN2"])

    words = live(operator, pasted="Sales desk", url="http://example.com/quo")

    assert (
        "1 warning to confirm Not encrypted: anyone on the network path can read these messages"
        in words
    )
    assert "1 number skipped: already covered, or blocked." in words


def test_query_count_is_constant(operator, sales):
    def cost(**changes):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            live(operator, **changes)
        return len(queries)

    few = cost()
    for n in range(30):
        make_number(id=f"PNmore{n}", name=f"Line {n}")
    assert cost(pasted="\n".join(f"Line {n}" for n in range(30))) == few

    with CaptureQueriesContext(connection) as queries:
        operator.get("/onboarding/new/?q=Line")
    assert len(queries) <= 20


@pytest.mark.parametrize("origin", ["http://testserver", "https://elsewhere.example"])
def test_form_with_stale_csrf_token_is_kept_only_for_same_origin(operator, origin):
    operator.handler.enforce_csrf_checks = True

    form = plan_form(pattern="Typed pattern {name}")
    response = operator.post("/onboarding/new/", form, headers={"Origin": origin})

    ours = origin == "http://testserver"
    assert ("Typed pattern {name}" in response.content.decode()) == ours
    assert not Batch.objects.exists()
