import re
from datetime import timedelta
from itertools import count

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from quo_admin.audit import background
from quo_admin.audit.actions import Action
from quo_admin.audit.services import record
from quo_admin.batches.models import Batch
from quo_admin.template_tags import pairs
from quo_admin.webhooks.models import MemberList, Webhook
from quo_admin.worker.models import Heartbeat
from quo_admin.workspace.models import Number, Sync
from tests.factories import (
    NOON,
    make_attempt,
    make_batch,
    make_member,
    make_number,
    make_sync,
    make_webhook,
)
from tests.words import text

pytestmark = pytest.mark.django_db


def sync(failure="", days_ago=0, **changes):
    at = NOON - timedelta(days=days_ago)
    return make_sync(started_at=at, ended_at=at, failure=failure, **changes)


def make_heartbeat(seconds_ago=4):
    seen_at = timezone.now() - timedelta(seconds=seconds_ago)
    Heartbeat.objects.create(worker="desk:1", seen_at=seen_at)


def rows(page):
    """Return the rows of the work list: count, name, and address if there is one."""
    row = r'<td class="n">(\d+)</td>\s*<th[^>]*>(?:<a href="([^"]*)">)?([^<]*)'
    found = re.findall(row, page)
    return [
        (int(count), what.strip(), address.replace("&amp;", "&")) for count, address, what in found
    ]


_serial = count(1)


def make_webhook_without_findings(**changes):
    """A webhook that breaks no policy, unless told: others send to its host, other texts."""
    paths = [f"https://example.com/{next(_serial)}" for _ in range(3)]
    for url in paths[:2]:
        make_webhook(url=url)
    return make_webhook(**({"url": paths[2]} | changes))


def make_drifted_webhooks(kind, how_many=1):
    for _ in range(how_many):
        webhook = make_webhook_without_findings()
        marks = {
            "drift": kind,
            "drift_since": NOON,
            "missing_since": NOON if kind == "missing" else None,
        }
        Webhook.objects.filter(pk=webhook.pk).update(**marks)


def make_row_attempt(batch, state):
    """Let the one row of a batch stand like this."""
    make_attempt(state, token=batch.rows.get().token)


def test_all_checks_are_listed_when_there_are_no_open_items(viewer):
    sync()
    make_heartbeat()
    make_webhook_without_findings()
    while background.verify_next():
        pass

    response = viewer.get("/")

    assert "No open items" in text(response)
    assert [(count, what) for count, what, _ in rows(response.content.decode())] == [
        (0, "Faults in the audit log"),
        (0, "Attempts that need a decision"),
        (0, "Attempts with an unknown result"),
        (0, "Attempts still sending"),
        (0, "Webhooks changed at Quo"),
        (0, "Webhooks with a changed key"),
        (0, "Webhooks missing at Quo"),
        (0, "Webhooks not created here"),
        (0, "Members whose webhooks could not be read"),
        (0, "Incomplete syncs"),
        (0, "Lists from Quo that lost more than half"),
        (0, "Workers missing"),
        (0, "Wrong clocks"),
        (0, "Stored keys that cannot be decrypted"),
        (0, "Batches paused after an error"),
        (0, "Batches with failed or unknown rows"),
        (0, "Numbers without coverage for Message received"),
        (0, "Numbers without coverage for Message delivered"),
        (0, "Numbers with only a disabled webhook"),
        (0, "Numbers with duplicate deliveries"),
        (0, "Numbers covered only through all-numbers"),
        (0, "Numbers first seen in the last 7 days"),
        (0, "Findings"),
    ]
    assert "Needs action" not in text(response)


def test_title_shows_the_number_of_open_items(viewer):
    sync()
    make_heartbeat()
    make_webhook_without_findings(status="disabled")
    assert "1 open item" in text(viewer.get("/"))

    make_attempt("unknown")
    make_attempt("sending")

    assert "3 open items" in text(viewer.get("/"))


def test_attempt_counts_link_to_lists_with_the_same_count(viewer):
    sync()
    make_heartbeat()
    make_attempt("unknown")
    make_attempt("unknown", candidates=["WHone", "WHtwo"])
    make_attempt("sending")

    listed = rows(viewer.get("/").content.decode())

    assert [(count, what) for count, what, _ in listed if count] == [
        (1, "Attempt that needs a decision"),
        (1, "Attempt with an unknown result"),
        (1, "Attempt still sending"),
    ]
    for how_many, _, address in listed[:3]:
        assert viewer.get(address).context["page"].total == how_many


def test_drift_counts_link_to_lists_with_the_same_count(viewer):
    sync()
    make_heartbeat()
    for how_many, kind in enumerate(
        ("changed", "key-changed", "missing", "not-created-here"), start=1
    ):
        make_drifted_webhooks(kind, how_many)

    listed = [row for row in rows(viewer.get("/").content.decode()) if "drift=" in row[2]]

    assert listed == [
        (1, "Webhook changed at Quo", "/webhooks/?drift=changed"),
        (2, "Webhooks with a changed key", "/webhooks/?drift=key-changed"),
        (3, "Webhooks missing at Quo", "/webhooks/?drift=missing"),
        (4, "Webhooks not created here", "/webhooks/?drift=not-created-here"),
    ]
    for how_many, _, address in listed:
        page = viewer.get(address).content.decode()
        assert len(set(re.findall(r'href="/webhooks/(WH\w+)/"', page))) == how_many


def test_number_gap_counts_link_to_lists_with_the_same_count(viewer):
    sync()
    make_heartbeat()
    make_webhook(resourceIds=["*"], events=["message.delivered"], url="https://all.example/")
    for n, kind in enumerate(["none", "off", "off", "twice"]):
        make_number(id=f"PN{n}{kind}")
        for _ in range({"none": 0, "off": 1, "twice": 2}[kind]):
            status = "disabled" if kind == "off" else "enabled"
            make_webhook(resourceIds=[f"PN{n}{kind}"], status=status)
    Number.objects.filter(quo_id="PN3twice").update(first_seen_at=timezone.now(), created_at=None)

    listed = [row for row in rows(viewer.get("/").content.decode()) if row[0] and "gap=" in row[2]]

    assert listed == [
        (1, "Number without coverage for Message received", "/numbers/?gap=received"),
        (2, "Numbers with only a disabled webhook", "/numbers/?gap=disabled"),
        (1, "Number with duplicate deliveries", "/numbers/?gap=doubled"),
        (4, "Numbers covered only through all-numbers", "/numbers/?gap=everywhere"),
        (1, "Number first seen in the last 7 days", "/numbers/?gap=new"),
    ]
    for how_many, _, address in listed:
        assert viewer.get(address).context["page"].paginator.count == how_many


def test_numbers_without_coverage_for_delivered_are_open_items(viewer):
    sync()
    make_heartbeat()
    make_webhook_without_findings()
    make_number(id="PN1")

    response = viewer.get("/")

    gap = (1, "Number without coverage for Message delivered", "/numbers/?gap=delivered")
    assert gap in rows(response.content.decode())
    assert "1 open item" in text(response)


def test_batch_counts_link_to_lists_with_the_same_count(viewer):
    sync()
    make_heartbeat()
    make_batch("paused", why="Quo answered 401.")
    make_batch("paused")
    for ended, state in [("done", "rejected"), ("stopped", "not_created"), ("done", "unknown")]:
        make_row_attempt(make_batch(ended), state)
    make_row_attempt(make_batch("done"), "created")

    listed = [row for row in rows(viewer.get("/").content.decode()) if "show=" in row[2]]

    assert listed[:2] == [
        (1, "Batch paused after an error", "/batches/?show=paused"),
        (3, "Batches with failed or unknown rows", "/batches/?show=failed"),
    ]
    for how_many, _, address in listed[:2]:
        assert viewer.get(address).context["page"].paginator.count == how_many


def test_running_batch_is_shown_with_its_progress(viewer):
    make_heartbeat()
    batch = make_batch(row_count=1)

    response = viewer.get("/")

    words = text(response)
    assert f"Batch {batch.pk} is running" in words
    assert "0 of 1 done, about 1 s left, 9 per second. Open the batch" in words
    Batch.objects.update(state="done", ended_at=NOON)
    assert f"Batch {batch.pk}" not in text(viewer.get("/"))


def test_covered_new_number_is_shown_but_is_not_an_open_item(viewer):
    sync()
    make_heartbeat()
    make_webhook_without_findings(events=["message.received", "message.delivered"])
    make_number(id="PN1", createdAt=None)
    Number.objects.update(first_seen_at=timezone.now())

    words = text(viewer.get("/"))

    assert "1 Number first seen in the last 7 days" in words
    assert "No open items" in words


def test_each_policy_with_findings_links_to_its_open_findings(viewer):
    sync()
    make_heartbeat()
    make_webhook_without_findings(status="disabled")
    make_webhook_without_findings(url="http://example.com/in-clear")

    response = viewer.get("/")

    listed = [row for row in rows(response.content.decode()) if "findings" in row[2]]
    assert listed == [
        (1, "Webhooks over plain HTTP", "/webhooks/findings/?policy=plain-http&show=open"),
        (1, "Disabled webhooks", "/webhooks/findings/?policy=disabled&show=open"),
    ]
    for _, what, address in listed:
        assert what in text(viewer.get(address))
    assert "The endpoint URL begins with http://" in text(response)


def test_acknowledged_finding_is_not_an_open_item(viewer):
    sync()
    make_heartbeat()
    webhook = make_webhook_without_findings(status="disabled")
    webhook.acknowledgements.create(
        policy="disabled", reason="meant", until="2100-01-01", given_at=NOON, given_by="olga"
    )

    assert "No open items" in text(viewer.get("/"))


def test_keys_seen_by_former_users_are_open_items(viewer):
    sync()
    make_heartbeat()
    webhook = make_webhook_without_findings()
    values = f"fingerprint {pairs(webhook.key_fingerprint)}"
    User.objects.create_user("lena")
    record(actor="lena", action=Action.KEY_REVEALED, target=webhook.quo_id, after=values)
    User.objects.get(username="lena").delete()

    assert [row[1] for row in rows(viewer.get("/").content.decode()) if row[0]] == [
        "Webhooks whose key was seen by former users"
    ]


def test_differences_are_unknown_while_a_member_list_could_not_be_read(viewer):
    make_webhook_without_findings()
    sync(failure="Webhooks of US2: Forbidden")
    MemberList.objects.create(member_id="US2", failure="Forbidden", requested_at=NOON)

    words = text(viewer.get("/"))

    sure, unsure = (
        "No webhook differs from Quo.",
        "Not known: some webhooks could not be read.",
    )
    assert sure not in words
    assert words.count(unsure) == 4 + 5 + 1  # kinds of drift, coverage of numbers, policies
    MemberList.objects.update(read_at=NOON)
    words = text(viewer.get("/"))
    assert sure in words
    assert unsure not in words


def test_differences_are_unknown_before_a_list_was_read(viewer):
    words = text(viewer.get("/"))

    assert "Every member’s webhooks were read" not in words
    assert "Not known yet: no sync has read your webhooks. Not known" in words


def test_failed_member_lists_are_shown_with_reason_and_time(viewer):
    make_heartbeat()
    make_member(id="US2yTk7h", firstName="Tom", lastName="Lindqvist")
    last = sync(failure="Webhooks of Tom Lindqvist: Forbidden")
    values = {"requested_at": NOON, "read_at": NOON - timedelta(days=1)}
    MemberList.objects.create(member_id="US2yTk7h", failure="Forbidden", **values)
    MemberList.objects.create(member_id="US4kQm81", requested_at=NOON, read_at=NOON)

    response = viewer.get("/")

    item = (1, "Member whose webhooks could not be read", last.get_absolute_url())
    assert item in rows(response.content.decode())
    assert "may have changed. Tom Lindqvist: Forbidden." in text(response)
    assert "1 open item" in text(response)  # it is why the sync could not read all
    assert 'datetime="2026-11-21T12:00:00Z"' in response.content.decode()


def test_at_most_three_failed_members_are_named(viewer):
    sync(failure="No answer")
    for n in range(5):
        MemberList.objects.create(member_id=f"US{n}", requested_at=NOON)

    words = text(viewer.get("/"))

    assert "5 Members whose webhooks could not be read" in words
    assert "US0: not read; US1: not read; US2: not read. And more." in words
    assert "US3" not in words


def test_attempt_that_needs_a_decision_is_counted_once(viewer):
    sync()
    make_heartbeat()
    make_attempt("unknown", candidates=["WHone", "WHtwo"])

    assert "1 open item" in text(viewer.get("/"))


def test_home_shows_how_to_start_a_worker_when_none_was_ever_seen(viewer):
    response = viewer.get("/")

    assert (1, "No worker was ever started", "") in rows(response.content.decode())
    assert "the hourly sync does not run. Start one: manage.py worker." in text(response)
    assert "Worker seen" not in text(response)


def test_home_shows_when_a_worker_was_last_seen(viewer):
    make_heartbeat(seconds_ago=5 * 60 + 1)

    words = text(viewer.get("/"))

    assert "1 No worker is running" in words
    assert "5 min ago Not running" in words


def test_home_shows_when_the_most_recent_worker_was_seen(viewer):
    make_heartbeat(seconds_ago=4)
    Heartbeat.objects.create(worker="attic:1", seen_at=timezone.now() - timedelta(hours=2))

    words = text(viewer.get("/"))

    assert re.search(r"Worker seen \d s ago", words)
    assert "0 Workers missing" in words


def test_missing_first_sync_is_an_open_item(viewer):
    never = (1, "First sync needed", "/sync/")
    assert never in rows(viewer.get("/").content.decode())


def test_incomplete_sync_is_shown_with_the_last_complete_one(viewer):
    sync(days_ago=2)
    last = sync(failure="Quo did not answer.")

    response = viewer.get("/")

    item = (1, "Incomplete sync", last.get_absolute_url())
    assert item in rows(response.content.decode())
    assert "This page may be out of date. Quo did not answer." in text(response)
    assert "2026-11-20" in response.content.decode()


def test_running_sync_is_shown_with_progress_and_the_last_failure(viewer):
    sync(failure="Quo did not answer.")
    going_on = Sync.objects.create(
        started_at=timezone.now(), actor="olga", part="numbers", pieces=[""], planned=1
    )

    response = viewer.get("/")

    assert "Incomplete sync" in text(response)
    assert "Sync in progress Reading numbers" in text(response)
    assert f'<a href="{going_on.get_absolute_url()}">View progress</a>' in response.content.decode()


def test_title_shows_counts_and_time_of_the_last_sync(viewer):
    sync()

    words = text(viewer.get("/"))

    assert "6 members, 34 numbers and 27 webhooks, in 0.0 s." in words
    assert "Last synced" in words


def test_recent_activity_links_to_the_webhooks(viewer):
    webhook = make_webhook(label="Desk")
    record(actor="olga", action=Action.KEY_REVEALED, target=webhook.quo_id, label="Desk")

    page = viewer.get("/")

    assert "olga: Key revealed, Desk" in re.sub(r"\s+,", ",", text(page))
    assert f'<a href="{webhook.get_absolute_url()}">Desk</a>' in page.content.decode()


def test_actions_are_shown_to_operators_but_not_to_viewers(operator, viewer):
    assert "Sync now" in text(operator.get("/"))
    assert "New webhook" in text(operator.get("/"))
    assert "Sync now" not in text(viewer.get("/"))
    assert "New webhook" not in text(viewer.get("/"))


def test_user_without_a_group_sees_whom_to_contact(signed_in, person):
    person("superuser", "root")

    response = signed_in(None, "nina").get("/")

    assert response.status_code == 403
    assert "Ask root to add you to the" in text(response)


def test_home_is_marked_as_the_current_page(viewer):
    page = viewer.get("/").content.decode()

    assert re.findall(r'aria-current="page"[^>]*>(\w+)<', page) == ["Home"]


def test_home_has_a_constant_number_of_queries(viewer):
    sync(failure="No answer")
    queries = []

    for how_many in (2, 20):
        for n in range(how_many):
            make_attempt("unknown")
            make_drifted_webhooks("changed")
            make_webhook(url="http://a.example/", status="disabled")
            make_webhook(url="http://a.example/")
            make_number(groupId=f"GR{n}")
            make_row_attempt(make_batch("done"), "rejected")
            make_batch("paused", why="Quo answered 401.")
            make_batch()
            MemberList.objects.create(member_id=f"US{how_many}-{n}", requested_at=NOON)
        with CaptureQueriesContext(connection) as captured:
            viewer.get("/")
        queries.append(len(captured))

    assert queries[0] == queries[1] <= 60
