"""What was stored while a clock was wrong: leases, links, sign-ins, limits, attempts, batches."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from quo_admin import clock
from quo_admin.accounts.recent_authentication import is_recent
from quo_admin.batches.models import BatchRow, KeyHandover
from quo_admin.batches.progress import rate
from quo_admin.webhooks.models import Attempt, OneTimeLink
from quo_admin.webhooks.reconcile.services import reconcile_with
from quo_admin.worker.models import Heartbeat, KeptRowsCheck
from tests.conftest import PASSWORD
from tests.factories import make_attempt, make_batch, make_wanted, make_webhook, make_webhook_data
from tests.words import text
from tests.wrong_clock import clock_off, forward, forward_and_back

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def now():
    return timezone.now()


# Links and sign-ins


@forward_and_back
def test_one_time_links_of_a_wrong_clock_show_no_key(person, jump):
    ada, webhook, batch = person("Operators"), make_webhook(), make_batch("done")
    with clock_off(jump):
        link = OneTimeLink.objects.create_link(webhook, staff_id=ada.pk, now=now())
        handover = KeyHandover.objects.create_link(
            batch, webhooks=[], form="csv", staff_id=ada.pk, now=now()
        )

    assert not OneTimeLink.objects.use_up(
        link.token, quo_id=webhook.quo_id, staff_id=ada.pk, now=now()
    )
    assert not KeyHandover.objects.use_up(handover.token, batch=batch, staff_id=ada.pk, now=now())
    OneTimeLink.objects.create_link(webhook, staff_id=ada.pk, now=now())
    assert OneTimeLink.objects.count() == 1  # the other one is deleted


@forward_and_back
def test_session_and_authentication_of_a_wrong_clock_have_ended(person, jump, rf):
    person("Operators")
    browser = Client()
    with clock_off(jump):
        browser.post("/accounts/login/", {"login": "ada", "password": PASSWORD})
        assert browser.get("/").status_code == 200
        request = rf.get("/")
        request.session, request.user = browser.session, browser.get("/").context["user"]
        assert is_recent(request)

    assert not is_recent(request)
    assert browser.get("/").status_code == 302
    browser.post("/accounts/login/", {"login": "ada", "password": PASSWORD})
    assert browser.get("/").status_code == 200


@forward
def test_login_limit_of_a_wrong_clock_has_ended(person, jump):
    person("Operators")
    browser = Client()
    with clock_off(jump):
        for _ in range(6):
            browser.post("/accounts/login/", {"login": "ada", "password": "wrong"})

    browser.post("/accounts/login/", {"login": "ada", "password": PASSWORD})

    assert browser.get("/").status_code == 200


# The worker


@forward
def test_worker_that_stopped_while_its_clock_was_wrong_is_not_running(jump):
    Heartbeat.objects.record("attic:1", now=now() + jump)
    assert Heartbeat.objects.newest().is_stale(now=now())

    Heartbeat.objects.record("desk:1", now=now())

    assert Heartbeat.objects.get().worker == "desk:1"


@forward
def test_nightly_check_of_a_wrong_clock_is_due(jump):
    assert KeptRowsCheck.objects.take("findings", now=now() + jump, every=DAY)

    assert KeptRowsCheck.objects.take("findings", now=now(), every=DAY)
    assert not KeptRowsCheck.objects.take("findings", now=now(), every=DAY)


# Attempts


@forward_and_back
def test_attempt_begun_with_a_wrong_clock_is_due_and_lost(jump):
    with clock_off(jump):
        Attempt.objects.create(**values(make_wanted().to_json()), lease_until=now() + Attempt.LEASE)

    attempt = Attempt.objects.take_due(now=now())

    assert attempt is not None
    assert not attempt.is_in_flight(now=now())
    assert Attempt.objects.take_due(now=now()) is None


def values(payload):
    return {
        "actor": "olga",
        "token": "9e0f5a52-6f0f-4f0c-8b44-6c8d9b6f2b11",
        "payload": payload,
        "started_at": now(),
        "next_check_at": now() + Attempt.LEASE,
    }


@forward
def test_webhook_of_an_attempt_begun_with_a_wrong_clock_is_left_to_a_person(jump):
    attempt = make_attempt("sending", started_at=now() + jump)
    listing = [listed(attempt)]

    reconcile_with(listing, member=None, actor="worker", requested_at=now())

    attempt.refresh_from_db()
    assert (attempt.state, attempt.candidates) == ("unknown", [listing[0].id])


@forward
def test_webhook_known_before_is_not_taken_for_that_of_a_wrong_clock(jump):
    attempt = make_attempt("sending", started_at=now() + jump)
    known = make_webhook(**as_listed(attempt))

    reconcile_with([listed(attempt, id=known.quo_id)], member=None, actor="w", requested_at=now())

    attempt.refresh_from_db()
    assert (attempt.state, attempt.candidates) == ("unknown", [])


@forward
def test_attempt_begun_with_a_wrong_clock_is_given_up_after_a_few_looks(jump):
    attempt = make_attempt("sending", started_at=now() + jump)

    for _ in range(5):
        reconcile_with([], member=None, actor="worker", requested_at=now())

    attempt.refresh_from_db()
    assert attempt.state == "not_created"


@forward_and_back
def test_webhook_of_an_attempt_is_left_to_a_person_while_the_clock_is_wrong(jump):
    created_at = timezone.now().isoformat()
    with clock_off(jump):
        attempt = make_attempt("unknown", started_at=now() - timedelta(minutes=5), ended_at=now())
        later = now() + timedelta(minutes=10)
        listing = [listed(attempt, createdAt=created_at)]
        for _ in range(2):
            reconcile_with(listing, member=None, actor="worker", requested_at=later)

    attempt.refresh_from_db()
    assert (attempt.state, attempt.candidates) == ("unknown", [listing[0].id])


def test_attempt_with_one_webhook_of_another_time_says_that_a_clock_may_be_wrong(viewer):
    attempt = make_attempt("unknown", candidates=[make_webhook().quo_id])

    words = text(viewer.get(attempt.get_absolute_url()))

    assert "A webhook at Quo may be the one" in words
    assert "a clock may be wrong" in words
    assert "1 candidate " in text(viewer.get("/webhooks/attempts/"))


def as_listed(attempt):
    payload = attempt.payload
    return {name: payload[name] for name in ("label", "url", "events", "resourceIds", "status")}


def listed(attempt, **changes):
    return make_webhook_data(**(as_listed(attempt) | changes))


# Batches


@forward_and_back
def test_row_leased_with_a_wrong_clock_is_taken_again(jump):
    make_batch()
    with clock_off(jump):
        assert BatchRow.objects.take(now=now())

    assert BatchRow.objects.counts(now=now()) == {"waiting": 1}
    assert BatchRow.objects.take(now=now())
    assert BatchRow.objects.counts(now=now()) == {"sending": 1}
    assert not BatchRow.objects.take(now=now())


@forward_and_back
def test_row_sent_with_a_wrong_clock_is_unknown(jump):
    row = make_batch().rows.get()
    make_attempt("sending", token=row.token, started_at=now() + jump)

    assert BatchRow.objects.counts(now=now()) == {"unknown": 1}


@forward_and_back
def test_rows_sent_with_a_wrong_clock_do_not_count_for_the_rate(jump):
    batch = make_batch()
    row = batch.rows.get()
    make_attempt(token=row.token, started_at=now() - timedelta(seconds=20))
    other = BatchRow.objects.create(
        batch=batch, row=2, numbers=["PN2"], label="", payload=row.payload, plan="create"
    )
    make_attempt(token=other.token, started_at=now() + jump)

    assert rate(batch, now=now()) == pytest.approx(1 / 20, rel=0.2)


# Clocks that differ


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(minutes=3), "3 min ahead of"),
        (-timedelta(hours=3), "3 h behind"),
        (timedelta(days=365), "365 days ahead of"),
    ],
)
def test_clock_that_differs_from_the_databases_is_on_home(viewer, monkeypatch, ahead, words):
    database_now = clock.now
    monkeypatch.setattr(clock, "now", lambda: database_now() - ahead)

    assert f"This server’s clock is {words} the database’s" in text(viewer.get("/"))


def test_clock_of_the_database_is_in_utc_and_now():
    assert abs(clock.ahead()) < timedelta(seconds=30)
    assert clock.now().utcoffset() == timedelta()
    assert abs(clock.now().timestamp() - time.time()) < 30
