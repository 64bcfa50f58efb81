"""A member's list that cannot be read: stale, named, and nothing of theirs is called gone."""

import pytest

from quo_admin.audit.models import Entry
from quo_admin.quo import spec
from quo_admin.sandbox.seed.members import SAM, TOM
from quo_admin.webhooks.models import MemberList, Webhook
from quo_admin.workspace import services
from quo_admin.workspace.models import Sync
from tests.factories import NOON, make_webhook
from tests.webhooks.synced import (
    FOLLOW_UP,
    IN_SYNC,
    MEMBERS,
    TOMS,
    WEBHOOKS,
    change,
    ours,
    stale,
    sync,
)
from tests.words import text

pytestmark = pytest.mark.django_db
TOMS_WEBHOOKS = 4
FAULTS = [
    ({"kind": "status", "status": 403, "body": {"message": "Forbidden"}}, "Forbidden"),
    ({"kind": "status", "status": 404, "body": {"message": "Not found"}}, "Not found"),
    ({"kind": "status", "status": 429, "headers": {"Retry-After": "0"}}, "429"),
    ({"kind": "status", "status": 500, "body": {"message": "Oops"}}, "Oops"),
    ({"kind": "status", "status": 502, "body": "<h1>Bad gateway</h1>"}, "Bad gateway"),
    ({"kind": "status", "status": 200, "body": "<h1>Hello</h1>"}, "not JSON"),
    ({"kind": "malformed"}, "not JSON"),
    ({"kind": "truncated"}, "Quo did not respond"),
    ({"kind": "reset_before"}, "Quo did not respond"),
    ({"kind": "large"}, "too large"),
    ({"kind": "odd", "body": {"data": None}}, "contains no list"),
    ({"kind": "odd", "drop": ["id"]}, "cannot be used"),
]


@pytest.mark.parametrize(
    ("fault", "why"), FAULTS, ids=[f"{f['kind']}-{f.get('status', '')}" for f, _ in FAULTS]
)
def test_only_webhooks_of_the_failed_member_list_are_stale(company, fault, why):
    company.faults.add(on=TOMS, times=None, **fault)
    company.store.delete("webhook", FOLLOW_UP)  # Tom’s: nobody can know
    company.store.delete("webhook", "WHBoz9q9fbk")  # Sam’s

    read = sync()

    assert read.counts == IN_SYNC | {
        "webhooks": WEBHOOKS - TOMS_WEBHOOKS - 1,
        "in sync": WEBHOOKS - TOMS_WEBHOOKS - 1,
        "missing at Quo": 1,
    }
    assert read.failure.startswith("Webhooks of Tom Lindqvist: ")
    assert why in read.failure
    assert len(read.faults) == 1
    assert [listing.member_id for listing in stale()] == [TOM]
    assert why in MemberList.objects.get(member_id=TOM).failure
    assert (ours(FOLLOW_UP).missing_since, ours(FOLLOW_UP).last_seen_at) == (None, NOON)
    assert ours("WHBoz9q9fbk").drift == "missing"
    fresh = Webhook.objects.live().exclude(user_id=TOM)
    assert not fresh.filter(last_seen_at__lt=read.started_at).exists()
    entries = Entry.objects.filter(action__startswith="sync").order_by("number")
    assert list(entries.values_list("action", "target")) == [
        ("sync.not_read", TOM),
        ("sync.failed", "workspace"),
    ]


def test_next_complete_sync_clears_stale_marks_and_finds_missing(company):
    company.faults.add("status", TOMS, status=403)
    sync()
    company.store.delete("webhook", FOLLOW_UP)

    read = sync()

    assert not stale().exists()
    assert MemberList.objects.get(member_id=TOM).failure == ""
    assert read.counts["missing at Quo"] == 1


def test_stale_since_is_the_time_of_the_last_read(company):
    before = sync()
    company.faults.add("status", TOMS, status=403)

    sync()

    listing = stale().get()
    assert before.started_at <= listing.read_at <= before.ended_at


def test_list_read_by_an_interrupted_sync_marks_nothing_missing(company):
    company.store.delete("webhook", FOLLOW_UP)  # Tom’s, who is asked first
    company.faults.add("status", f"GET {spec.WEBHOOKS}?userId=US3", status=401)
    sync()
    company.faults.add("status", TOMS, status=403)

    read = sync()

    assert "missing at Quo" not in read.counts
    assert ours(FOLLOW_UP).missing_since is None


def test_webhook_without_a_member_is_missing_only_when_every_list_was_read(company):
    odd = [make_webhook(userId=None), make_webhook(userId="somebody")]
    company.faults.add("status", TOMS, status=403)

    sync()
    assert {ours(webhook.quo_id).missing_since for webhook in odd} == {None}

    sync()
    assert {ours(webhook.quo_id).drift for webhook in odd} == {"missing"}


def test_webhooks_of_unknown_members_are_not_marked_missing(sandbox, no_limit):
    """The members could not be read, and none is known here: nobody was asked for anything."""
    odd = make_webhook(userId=None)
    sandbox.faults.add("status", f"GET {spec.USERS}", status=403)

    read = sync()

    assert "webhooks" not in read.counts
    assert ours(odd.quo_id).missing_since is None


def test_known_members_are_used_when_members_cannot_be_read(company):
    sync()
    company.faults.add("status", f"GET {spec.USERS}", status=403, body={"message": "Forbidden"})

    read = sync()

    assert read.failure == "Members: Forbidden"
    assert read.counts == {name: n for name, n in IN_SYNC.items() if name != "members"}
    assert not stale().exists()


def test_webhooks_are_stale_after_a_first_sync_that_read_no_list(sandbox, no_limit, viewer):
    webhook = make_webhook()
    sandbox.faults.add("status", f"GET {spec.USERS}", status=401, body={"message": "No"})

    sync()

    listed, page = viewer.get("/webhooks/"), viewer.get(webhook.get_absolute_url())
    assert "failed" in text(listed)
    assert [row.states[0].mark for row in listed.context["rows"]] == ["stale"]
    assert "no sync has read any webhooks yet" in text(page)
    assert "In sync" not in text(page)
    for kind, found in (("not-checked", 1), ("in-sync", 0)):
        assert len(viewer.get(f"/webhooks/?drift={kind}").context["rows"]) == found
    assert "Not checked 1" in text(viewer.get("/webhooks/?counts=1"))
    assert "Every member’s webhooks were read" not in text(viewer.get("/"))


def test_first_successful_sync_clears_all_stale_states(company, viewer):
    company.faults.add("status", f"GET {spec.USERS}", status=401)
    sync()

    sync()

    assert "stale" not in (row.states[0].mark for row in viewer.get("/webhooks/").context["rows"])
    assert "The last sync read the webhooks of every member." in text(viewer.get("/"))


def test_new_member_of_a_running_sync_is_not_stale(company, viewer):
    sync()
    user = company.store.get("user", TOM)
    company.store.add([("user", user | {"id": "USnew"})])
    going_on = services.begin(actor="ada")
    while going_on.part != "webhooks":
        services.advance(going_on)

    assert MemberList.objects.filter(member_id="USnew").exists()
    assert not stale().exists()
    assert "never read" not in text(viewer.get("/webhooks/"))


# When asking on is no use


def test_rejected_api_key_ends_the_sync_immediately(company):
    company.faults.add("status", TOMS, status=401, body={"message": "Unauthorized"})
    requested = len(company.calls.all())

    read = sync()

    assert read.faults == [
        "Webhooks of Tom Lindqvist: Quo rejected the API key. Check QUO_API_KEY."
    ]
    last = company.calls.all()[-1].path
    assert TOM in last
    assert len(company.calls.all()) - requested == 3  # members, numbers, Tom
    assert stale().count() == MEMBERS
    assert not Webhook.objects.exclude(missing_since=None).exists()


def test_missing_api_key_ends_the_sync_before_any_request(company, settings):
    settings.QUO_API_KEY = ""

    read = sync()

    assert "no API key is set" in read.failure
    assert company.calls.all() == []


def test_two_consecutive_connection_errors_end_the_sync(company):
    sync()
    company.faults.add("reset_before", f"GET {spec.WEBHOOKS}", times=None)
    requested = len(company.calls.all())

    read = sync()

    assert len(read.faults) == 2
    assert len(company.calls.all()) - requested == 2 + 2 * 3  # three tries each
    assert stale().count() == MEMBERS
    assert len(read.pieces) == MEMBERS - 2


def test_nonconsecutive_connection_errors_do_not_end_the_sync(company):
    for member in (TOM, SAM):
        company.faults.add("reset_before", f"GET {spec.WEBHOOKS}?userId={member}", times=3)

    read = sync()

    assert len(read.faults) == 2
    assert read.pieces == []
    assert stale().count() == 2


def test_sync_reports_rate_limited_list_and_reads_the_others(company, monkeypatch):
    from quo_admin.quo import rate_limiter

    take = rate_limiter.DatabaseRateLimiter._take
    calls = iter(range(100))
    monkeypatch.setattr(
        rate_limiter.DatabaseRateLimiter,
        "_take",
        lambda self, limit: None if next(calls) == 3 else take(self, limit),
    )

    read = sync()

    assert "too many requests are waiting" in read.failure
    assert len(read.faults) == 1
    assert stale().count() == 1


def test_webhook_that_cannot_be_stored_is_reported_and_sync_continues(company, monkeypatch):
    from django.db import DataError

    from quo_admin.webhooks.sync import services as webhooks

    def refusing(data, **options):
        raise DataError("value out of range")

    monkeypatch.setattr(webhooks, "store", refusing)
    change(company, FOLLOW_UP, label="Other")

    read = sync()

    assert read.faults == [
        "Webhooks of Tom Lindqvist: The response from Quo could not be stored. See the server log."
    ]
    assert Sync.objects.open() is None
    assert [listing.member_id for listing in stale()] == [TOM]
