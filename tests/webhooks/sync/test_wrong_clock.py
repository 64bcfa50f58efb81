"""Syncs while a clock is wrong, and after: by a day and a year, forward and back."""

import logging

import pytest
from django.utils import timezone

from quo_admin.sandbox.seed.members import TOM
from quo_admin.webhooks.models import Webhook
from quo_admin.workspace import services
from quo_admin.workspace.models import Member, Number, Sync
from tests.factories import KEY, make_number, make_sync
from tests.webhooks.synced import FOLLOW_UP, TOMS, change, ours, stale, sync
from tests.words import text
from tests.workspace.sync_pieces import in_pieces
from tests.wrong_clock import clock_off, forward, forward_and_back

pytestmark = pytest.mark.django_db
DELETED, NEW_KEY = "WHBoz9q9fbk", KEY.replace("c2", "d2")


def change_three(company):
    """Change the URL of one webhook and the key of another, and delete a third."""
    other = Webhook.objects.exclude(quo_id__in=[FOLLOW_UP, DELETED]).earliest("pk").quo_id
    change(company, FOLLOW_UP, url="https://moved.example/quo")
    change(company, other, key=NEW_KEY)
    company.store.delete("webhook", DELETED)
    return other


def assert_found(read, other):
    found = {"changed at Quo": 1, "key changed": 1, "missing at Quo": 1}
    assert {name: read.counts.get(name) for name in found} == found
    assert ours(FOLLOW_UP).url == "https://moved.example/quo"
    assert [ours(id).drift for id in (FOLLOW_UP, other, DELETED)] == [
        "changed",
        "key-changed",
        "missing",
    ]


@forward_and_back
def test_changes_after_a_sync_with_a_wrong_clock_are_found(company, jump):
    with clock_off(jump):
        sync()
    other = change_three(company)

    read = sync()

    assert_found(read, other)
    assert Webhook.objects.live().filter(last_seen_at__gt=timezone.now()).count() == 0


@forward_and_back
def test_changes_are_found_while_the_clock_is_wrong(company, jump):
    sync()
    other = change_three(company)

    with clock_off(jump):
        read = sync()

    assert_found(read, other)


@forward
def test_webhook_that_came_back_after_a_wrong_clock_is_not_missing(company, jump):
    doc = company.store.get("webhook", FOLLOW_UP)
    company.store.delete("webhook", FOLLOW_UP)
    with clock_off(jump):
        sync()
    assert ours(FOLLOW_UP).missing_since
    company.store.add([("webhook", doc)])

    sync()

    assert ours(FOLLOW_UP).missing_since is None


@forward
def test_list_that_cannot_be_read_after_a_wrong_clock_is_stale(company, jump):
    with clock_off(jump):
        sync()
    company.faults.add("status", TOMS, status=403, body={"message": "Forbidden"}, times=None)
    company.store.delete("webhook", FOLLOW_UP)  # Tom’s: nobody can know

    sync()

    assert [each.member_id for each in stale()] == [TOM]
    assert ours(FOLLOW_UP).missing_since is None


@forward_and_back
def test_numbers_and_members_that_leave_after_a_wrong_clock_are_found(company, jump):
    with clock_off(jump):
        sync()
    make_number(id="PNgone")
    for copied in (Number, Member):
        copied.objects.update(last_seen_at=timezone.now() + jump)

    began = sync().started_at

    assert Number.objects.get(quo_id="PNgone").missing_since
    assert Number.objects.current().read_since(began)
    assert Member.objects.current().read_since(began)


@forward_and_back
def test_worker_syncs_after_and_during_a_wrong_clock(monkeypatch, jump):
    in_pieces(monkeypatch, [])
    with clock_off(jump):
        make_sync(started_at=timezone.now(), ended_at=timezone.now())

    services.sync_next()

    assert Sync.objects.newest().actor == "worker"
    assert not services._is_due(now=timezone.now())


@forward
def test_lease_of_a_piece_taken_with_a_wrong_clock_has_ended(monkeypatch, jump):
    in_pieces(monkeypatch, ["1"])
    with clock_off(jump):
        going_on = services.begin(actor="ada")
        lease = timezone.now() + Sync.LEASE
    Sync.objects.update(lease_until=lease)
    going_on.refresh_from_db()

    assert going_on.is_abandoned(now=timezone.now())
    assert services.run(actor="ada").counts == {"things": 1}


def test_lease_that_another_machine_took_just_now_is_respected(monkeypatch):
    in_pieces(monkeypatch, ["1"])
    going_on = services.begin(actor="ada")
    Sync.objects.update(lease_until=timezone.now() + Sync.LEASE + services.clock.TOLERANCE / 2)

    assert not services.advance(going_on)


@forward
def test_wrong_clock_is_logged_and_on_home_until_the_next_sync(company, viewer, caplog, jump):
    with clock_off(jump):
        sync()

    before = text(viewer.get("/"))
    with caplog.at_level(logging.WARNING, "quo_admin.workspace.services"):
        sync()
    after = text(viewer.get("/"))

    assert "The last sync is dated in the future" in before
    assert "Sync now to check every webhook again" in before
    assert [record.message for record in caplog.records if "in the future" in record.message]
    assert "dated in the future" not in after
    assert "No clock is known to be wrong" in after
