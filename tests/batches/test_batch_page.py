"""The page of a batch that has been started: its buttons, its receipt, the chip that follows it."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.utils import timezone

from quo_admin.audit.models import Entry
from quo_admin.batches.models import Batch, BatchRow
from quo_admin.batches.progress import active_batch, progress
from quo_admin.batches.services import actions
from quo_admin.batches.views import batch as views
from quo_admin.quo import spec
from quo_admin.webhooks.models import Attempt
from quo_admin.worker.models import Heartbeat
from tests.batches.batch_runs import IDS, URL, creates, item, started_batch, state, work
from tests.factories import make_sync, make_webhook
from tests.words import text

pytestmark = pytest.mark.django_db
COST = 19  # queries of the page: four of the session and permissions, the chip’s two, and ours
LOOK = f"GET {spec.WEBHOOKS}"


@pytest.fixture
def worker(db):
    """A worker that was seen just now."""
    return Heartbeat.objects.create(worker="desk:1", seen_at=timezone.now())


def tried(batch, row, state, **changes):
    """Let a row's attempt stand like this."""
    one = item(batch, row)
    webhook = changes.pop("webhook", None)
    if state == "created" and webhook is None:
        webhook = make_webhook(label=one.label, url=URL, resourceIds=one.numbers)
    now = timezone.now()
    values = {
        "actor": batch.started_by,
        "token": one.token,
        "payload": one.payload,
        "state": state,
        "started_at": now - timedelta(seconds=2),
        "ended_at": None if state == "sending" else now,
        "webhook": webhook,
    }
    BatchRow.objects.filter(pk=one.pk).update(over=state != "sending")
    return Attempt.objects.create(**(values | changes))


def page(browser, batch, query=""):
    return text(browser.get(f"/batches/{batch.pk}/{query}"))


# How it stands


def test_running_batch_shows_counts_states_and_time_left(viewer, worker):
    batch = started_batch(6)
    tried(batch, 1, "created")
    tried(batch, 2, "rejected", message="It is being ported (trace 7f31)")
    tried(batch, 3, "unknown")
    tried(batch, 4, "sending")
    batch.rows.filter(row=5).update(chosen=False)

    shown = page(viewer, batch)

    assert "4 of 6 Running about 1 s left, 9 per second" in shown
    assert "1 created 1 unknown 1 failed 1 skipped 1 sending 1 waiting" in shown
    assert "You can leave this page. The worker continues." in shown
    assert "1 row failed" in shown
    assert "It is being ported (trace 7f31)" in shown
    assert "1 row has an unknown result" in shown
    assert "Needs attention 2" in shown


def test_time_left_follows_the_rate_of_the_last_minute(worker):
    batch, now = started_batch(34), timezone.now()
    for row in range(1, 13):
        tried(batch, row, "created", started_at=now - timedelta(seconds=6 if row > 2 else 90))

    assert progress(batch, now=now).time_left == "about 14 s left, 2 per second"
    make_sync(ended_at=None)
    later = progress(batch, now=now + timedelta(seconds=40))
    assert later.time_left == "about 2 min left, less than 1 per second, shared with a sync"


@pytest.mark.parametrize(
    ("stands", "ends", "words", "kind"),
    [
        ("done", ["created", "created"], "2 of 2 Done", "ok"),
        ("done", ["created", "rejected"], "2 of 2 Done, with 1 failed", "bad"),
        ("done", ["unknown", "created"], "2 of 2 Done, with 1 unknown", "unk"),
        ("done", ["unknown", "not_created"], "2 of 2 Done, with 1 failed and 1 unknown", "bad"),
        ("stopped", ["created"], "1 of 2 Stopped", "off"),
        ("paused", ["created"], "1 of 2 Paused", "stale"),
    ],
)
def test_result_label_and_color_match_the_row_states(viewer, stands, ends, words, kind):
    batch = started_batch(2)
    for row, end in enumerate(ends, start=1):
        tried(batch, row, end)
    Batch.objects.update(state=stands, ended_at=timezone.now())

    response = viewer.get(batch.get_absolute_url())

    assert words in text(response)
    assert (
        f'<span class="state {kind}">{words.split(" ", 3)[3]}</span>' in response.content.decode()
    )


def test_waiting_rows_of_a_stopped_batch_are_shown_as_not_sent(operator):
    batch = started_batch(2)
    actions.stop(actor="olga", batch=batch)

    response = operator.get(batch.get_absolute_url())
    body = b"".join(operator.post(f"{batch.get_absolute_url()}export/").streaming_content)

    assert "2 not sent" in text(response)
    assert "Resume (2 left)" in text(response)
    assert response.content.decode().count('<td><span class="state off">Not sent</span></td>') == 2
    outcomes = [row["outcome"] for row in csv.DictReader(StringIO(body.decode("utf-8-sig")))]
    assert outcomes == ["Not sent", "Not sent"]


def test_automatically_paused_batch_shows_reason_and_what_to_do(operator):
    batch = started_batch(2)
    Batch.objects.update(state="paused", why="No entry (trace 12)")

    shown = page(operator, batch)

    assert "Paused because of an error" in shown
    assert "No entry (trace 12)" in shown
    assert "Fix the problem, then resume." in shown


def test_worker_without_heartbeat_is_reported(viewer, worker):
    batch = started_batch(1)
    assert "No worker is running" not in page(viewer, batch)

    Heartbeat.objects.update(seen_at=timezone.now() - timedelta(minutes=2))

    assert "No worker is running" in page(viewer, batch)


def test_each_row_shows_its_result(viewer):
    batch = started_batch(6)
    tried(batch, 1, "created", webhook=make_webhook(id="WHmade"))
    tried(
        batch,
        2,
        "rejected",
        message=f"Quo does not like {URL}?token=abc",
        payload=item(batch, 2).payload | {"url": f"{URL}?token=abc"},
    )
    tried(batch, 3, "unknown", candidates=["WHa", "WHb"])
    tried(batch, 4, "not_created")
    make_webhook(id="WHother", label="Mirror")
    batch.rows.filter(row=5).update(
        plan="skip", why="Already sent to this endpoint.", because="WHother"
    )
    batch.rows.filter(row=6).update(
        failure="Not encrypted: anyone on the network path can read these messages", over=True
    )

    response = viewer.get(batch.get_absolute_url())
    shown = text(response)

    assert 'href="/webhooks/WHmade/"' in response.content.decode()
    assert "abc" not in response.content.decode()
    assert f"Quo does not like {URL}" in shown
    assert "Several webhooks at Quo match." in shown
    assert "no matching webhook was found" in shown
    assert "Skipped Already sent to this endpoint by Mirror" in shown
    assert "Failed Not encrypted: anyone on the network path can read these messages" in shown


def test_views_filter_rows_by_state(viewer):
    batch = started_batch(4)
    tried(batch, 1, "created")
    tried(batch, 2, "rejected", message="no")
    tried(batch, 3, "unknown")

    def names(query):
        return [
            str(row.item.row) for row in viewer.get(f"/batches/{batch.pk}/{query}").context["rows"]
        ]

    assert names("") == ["1", "2", "3", "4"]
    assert names("?view=needs") == ["2", "3"]
    assert names("?view=created") == ["1"]
    assert names("?view=waiting") == ["4"]
    assert names("?view=odd%00") == ["1", "2", "3", "4"]
    assert "No rows in this view." in page(viewer, batch, "?view=skipped")


def test_rows_are_paginated(viewer, monkeypatch):
    monkeypatch.setattr(views, "ROWS_PER_PAGE", 3)
    batch = started_batch(8)

    last = viewer.get(f"/batches/{batch.pk}/?page=3")

    assert [row.item.row for row in last.context["rows"]] == [7, 8]
    assert "Page 3 of 3" in text(last)


def test_query_count_of_page_is_constant(viewer, worker, django_assert_num_queries):
    batch = started_batch(30)
    costs = []
    for rows in (range(1, 3), range(3, 28)):
        for row in rows:
            tried(batch, row, ("created", "rejected", "unknown")[row % 3])
        with django_assert_num_queries(COST) as captured:
            viewer.get(batch.get_absolute_url())
        costs.append(len(captured))

    assert costs == [COST] * 2


# Live


def test_page_of_a_running_batch_polls(viewer, worker):
    batch = started_batch(2)

    shown = viewer.get(f"/batches/{batch.pk}/?view=created").content.decode()

    assert 'data-hx-get="?view=created&amp;live=running-True-2"' in shown
    assert shown.count("data-hx-get") == 1
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in shown


def test_polling_response_is_a_fragment_with_links_to_the_page(viewer, worker, monkeypatch):
    monkeypatch.setattr(views, "ROWS_PER_PAGE", 1)
    batch = started_batch(3)

    live = viewer.get(f"/batches/{batch.pk}/?live=running-True-2").content.decode()

    assert "<html" not in live
    assert "0 of 3" in live
    assert "Front desk" in live
    assert 'href="?page=2"' in live
    assert 'id="rows" data-hx-swap-oob="true"' in live
    assert 'id="active_batch" data-hx-swap-oob="true">0 of 3<' in live


def test_polling_page_reloads_when_the_batch_state_changes(viewer, worker):
    batch = started_batch(2)
    Batch.objects.update(state="paused")

    answer = viewer.get(f"/batches/{batch.pk}/?live=running-True-2")

    assert answer["HX-Refresh"] == "true"


def test_page_of_an_ended_batch_does_not_poll(viewer, worker):
    batch = started_batch(1)
    tried(batch, 1, "created")
    Batch.objects.update(state="done", ended_at=timezone.now())

    shown = viewer.get(batch.get_absolute_url()).content.decode()

    assert "data-hx-get" not in shown
    assert "refresh" not in shown


# Buttons


def test_buttons_pause_resume_and_stop(operator):
    batch = started_batch(2)
    at = batch.get_absolute_url()

    for act, words, stands in [
        ("pause", "Paused. Requests in progress finish", "paused"),
        ("pause", "Nothing was changed: Batch", "paused"),
        ("resume", "Resumed.", "running"),
        ("stop", "Stopped.", "stopped"),
        ("stop", "is stopped.", "stopped"),
    ]:
        response = operator.post(f"{at}{act}/", follow=True)
        assert response.redirect_chain == [(at, 302)]
        assert words in text(response)
        assert state(batch) == stands


@pytest.mark.parametrize("act", ["pause", "resume", "stop", "retry", "reconcile"])
def test_get_requests_and_viewers_change_nothing(operator, signed_in, sandbox, act):
    batch = started_batch(1)
    at = f"{batch.get_absolute_url()}{act}/"

    assert operator.get(at)["Location"] == batch.get_absolute_url()
    assert signed_in("Viewers", "vera").post(at).status_code == 403
    assert (state(batch), sandbox.calls.all()) == ("running", [])


def test_viewer_sees_no_action_buttons(viewer):
    batch = started_batch(2)
    tried(batch, 1, "rejected", message="no")
    tried(batch, 2, "unknown")

    shown = page(viewer, batch)

    assert "Export 2" in shown
    for word in ("Pause", "Stop after", "Retry", "Check now", "Key handover"):
        assert word not in shown


def test_failed_rows_are_retried_by_a_button(operator, sandbox):
    batch = started_batch(2)
    tried(batch, 1, "created")
    tried(batch, 2, "rejected", message="no")
    Batch.objects.update(state="done", ended_at=timezone.now())

    response = operator.post(f"{batch.get_absolute_url()}retry/", follow=True)
    work()

    assert "1 row will be retried." in text(response)
    assert Entry.objects.get(action="batch.resumed").after == "1 failed row retried"
    assert creates(sandbox) == 1
    assert state(batch) == "done"
    again = operator.post(f"{batch.get_absolute_url()}retry/", follow=True)
    assert "Nothing was changed: it has no failed rows." in text(again)


def test_unknown_rows_are_reconciled_by_a_button(operator, sandbox):
    sandbox.faults.add("reset_after", "POST")
    sandbox.faults.add("status", LOOK, status=500)
    batch = started_batch(1)
    work()

    response = operator.post(f"{batch.get_absolute_url()}reconcile/", follow=True)

    assert "All results are known now." in text(response)
    assert "1 of 1 Done" in text(response)


def test_reconcile_shows_a_message_when_quo_does_not_respond(operator, sandbox):
    batch = started_batch(1)
    tried(batch, 1, "unknown")
    sandbox.faults.add("status", LOOK, times=None, status=500, body={"message": "Down"})

    response = operator.post(f"{batch.get_absolute_url()}reconcile/", follow=True)

    assert "Quo could not be reached. Down" in text(response)


# The receipt


def test_receipt_shows_who_did_what(viewer):
    batch = started_batch(2)
    actions.pause(actor="vera", batch=batch)

    shown = page(viewer, batch)

    assert "Batch paused by vera" in shown
    assert "Batch started by olga 2 rows" in shown
    assert "Batch started by olga 1 row " in page(viewer, started_batch(1))
    assert "Endpoint URL https://hooks.example.com/quo" in shown
    assert "Label {name} – {number}" in shown


def test_receipt_shows_plan_and_outcome_and_is_recorded(viewer):
    batch = started_batch(4)
    tried(batch, 1, "created", webhook=make_webhook(id="WHmade"))
    tried(batch, 2, "rejected", message="It is being ported", trace="7f31")
    batch.rows.filter(row=3).update(chosen=False)
    batch.rows.filter(row=4).update(plan="skip", over=True, why="“By hand” already sends it.")

    body = b"".join(viewer.post(f"{batch.get_absolute_url()}export/").streaming_content)
    table = list(csv.DictReader(StringIO(body.decode("utf-8-sig"))))

    assert [(row["planned"], row["outcome"]) for row in table] == [
        ("Create", "Created"),
        ("Create", "Failed"),
        ("Not selected", "Skipped"),
        ("Create", "Skipped"),
    ]
    assert table[0]["webhook ID"] == "WHmade"
    assert (table[0]["name"], table[0]["number"]) == ("Front desk", "(415) 555-0134")
    assert table[0]["number IDs"] == IDS[0]
    assert (table[1]["details"], table[1]["trace"]) == ("It is being ported", "7f31")
    assert table[0]["started by"] == "olga"
    entry = Entry.objects.get(action="list.exported")
    assert (entry.actor, entry.target) == ("vera", f"batch {batch.pk}")


# The chip


def test_active_batch_is_shown_on_every_page(viewer, worker):
    batch = started_batch(3)
    tried(batch, 1, "created")

    assert f"Batch {batch.pk}, 1 of 3" in text(viewer.get("/webhooks/"))

    Batch.objects.update(state="paused")
    assert f"Batch {batch.pk}, 1 of 3 , paused" in text(viewer.get("/webhooks/"))

    Batch.objects.update(state="stopped")
    assert f"Batch {batch.pk}" not in text(viewer.get("/webhooks/"))


def test_active_batch_prefers_running_over_paused(viewer):
    paused, running = started_batch(1), started_batch(1)

    Batch.objects.filter(pk=paused.pk).update(state="paused")

    assert active_batch() == running


def test_batch_chip_needs_two_queries_and_none_without_permission(
    viewer, signed_in, django_assert_num_queries
):
    started_batch(3)

    with django_assert_num_queries(2):
        assert active_batch().done == 0
    assert 'class="chip" href' not in signed_in(None, "nemo").get("/").content.decode()
