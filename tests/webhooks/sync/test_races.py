"""Webhooks that are made, deleted or moved while a member's list is on its way."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from quo_admin.audit.models import Entry
from quo_admin.quo.client import Client
from quo_admin.sandbox.seed.members import DANIEL, MAYA, TOM
from quo_admin.webhooks.create.services import create_message_webhook
from quo_admin.webhooks.inventory.services import delete_webhook
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.sync import missing
from tests.factories import make_attempt, make_wanted
from tests.webhooks.synced import FOLLOW_UP, IN_SYNC, WEBHOOKS, change, ours, sync
from tests.webhooks.unknown_attempts import made_at_quo, state, unknown

pytestmark = pytest.mark.django_db
BEFORE, AFTER = "before Quo has answered", "after Quo has answered"


@pytest.fixture
def meanwhile(monkeypatch):
    """Have something done while one member's list is on its way: before or after the answer."""

    def plan(act, *, when, member):
        ask = Client.list_webhooks
        acts = [act]

        def asking(self, user_id=None, **options):
            if user_id != member or not acts:
                return ask(self, user_id, **options)
            if when == BEFORE:
                acts.pop()()
            listing = ask(self, user_id, **options)
            if acts:
                acts.pop()()
            return listing

        monkeypatch.setattr(Client, "list_webhooks", asking)

    return plan


def create(**changes):
    wanted = make_wanted(**({"label": "Desk"} | changes))
    return create_message_webhook(
        actor="ada", wanted=wanted, token=uuid4(), accepted=["all-numbers", "doubled"]
    )


@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("member", [DANIEL, MAYA, TOM])
def test_webhook_created_here_during_a_sync_has_no_drift(company, meanwhile, when, member):
    meanwhile(lambda: create(user_id=TOM), when=when, member=member)

    read = sync()

    webhook = Webhook.objects.get(label="Desk")
    assert (webhook.created_by, webhook.drift, webhook.missing_since) == ("ada", "", None)
    assert {"not created here", "changed at Quo", "missing at Quo"}.isdisjoint(read.counts)
    assert state(Attempt.objects.get()) == "created"


def test_webhook_of_a_running_attempt_is_ignored_by_sync(company):
    payload = make_wanted(label="Desk", user_id=TOM).to_json()
    attempt = make_attempt("sending", payload=payload, started_at=timezone.now(), actor="ada")
    doc = made_at_quo(company, userId=TOM)

    read = sync()

    assert not Webhook.objects.filter(quo_id=doc["id"]).exists()
    assert "not created here" not in read.counts
    assert state(attempt) == "sending"


def test_webhook_created_between_list_and_comparison_is_in_sync(company, monkeypatch):
    """The list has it, and when the rows were read it was not known here yet."""
    from quo_admin.webhooks.sync import services as webhooks

    record, made = webhooks._record, []

    def late(listed, **options):
        if not made:
            made.append(create(user_id=TOM))
            doc = company.store.get("webhook", made[0].quo_id)
            listed = [*listed, webhooks.WebhookData.from_json(doc)]
        return record(listed, **options)

    monkeypatch.setattr(webhooks, "_record", late)
    change(company, FOLLOW_UP, label="Other")

    sync()

    webhook = ours(made[0].quo_id)
    assert (webhook.drift, webhook.created_by) == ("", "ada")
    assert webhook.last_seen_at >= webhook.first_seen_at


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_webhook_with_response_lost_during_a_sync_is_not_marked(company, meanwhile, when):
    def lose():
        unknown(user_id=TOM)
        made_at_quo(company, userId=TOM)

    meanwhile(lose, when=when, member=TOM)

    read = sync()

    assert "not created here" not in read.counts
    assert not Entry.objects.filter(action="webhook.not_created_here").exists()


def test_candidates_of_one_attempt_are_not_marked_not_created_here(company):
    attempt = unknown(ago=9, user_id=TOM)
    docs = [made_at_quo(company, ago=ago, userId=TOM) for ago in (8, 4)]

    read = sync()

    assert attempt.pk
    assert set(Attempt.objects.get().candidates) == {doc["id"] for doc in docs}
    assert "not created here" not in read.counts


@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("member", [TOM, MAYA])
def test_webhook_deleted_here_during_a_sync_stays_deleted_by_that_user(
    company, meanwhile, when, member
):
    meanwhile(
        lambda: delete_webhook(actor="olga", webhook=ours(FOLLOW_UP)), when=when, member=member
    )

    read = sync()

    webhook = ours(FOLLOW_UP)
    assert (webhook.deleted_by, webhook.drift) == ("olga", "")
    assert webhook.missing_since
    assert {"missing at Quo", "changed at Quo"}.isdisjoint(read.counts)


def test_webhook_deleted_before_its_comparison_is_not_restored(company, monkeypatch):
    from quo_admin.webhooks.sync import services as webhooks

    record = webhooks._record

    def late(data, **options):
        if ours(FOLLOW_UP).missing_since is None:
            delete_webhook(actor="olga", webhook=ours(FOLLOW_UP))
        return record(data, **options)

    monkeypatch.setattr(webhooks, "_record", late)
    change(company, FOLLOW_UP, label="Other")

    sync()

    assert (ours(FOLLOW_UP).deleted_by, ours(FOLLOW_UP).drift) == ("olga", "")


@pytest.mark.parametrize("to", [MAYA, DANIEL])
def test_webhook_moved_to_a_member_read_later_is_changed_not_missing(company, to):
    change(company, FOLLOW_UP, userId=to)

    read = sync()

    assert ours(FOLLOW_UP).drift_details == [["member", TOM, to]]
    assert "missing at Quo" not in read.counts


def test_webhook_moved_to_a_member_read_earlier_is_changed_not_missing(company):
    change(company, "WHabc123Kf", userId=TOM)  # Maya’s; Tom is asked before her

    read = sync()

    assert ours("WHabc123Kf").drift_details == [["member", MAYA, TOM]]
    assert "missing at Quo" not in read.counts


def test_webhook_in_two_member_lists_is_stored_once_and_not_missing(company, monkeypatch):
    ask = Client.list_webhooks

    def both(self, user_id=None, **options):
        listing = ask(self, user_id, **options)
        return listing + ask(self, TOM, **options) if user_id == DANIEL else listing

    monkeypatch.setattr(Client, "list_webhooks", both)

    read = sync()

    assert Webhook.objects.filter(quo_id=FOLLOW_UP).count() == 1
    assert ours(FOLLOW_UP).drift == ""
    assert read.counts == IN_SYNC


def test_webhooks_in_every_member_list_are_counted_once(sandbox, no_limit, monkeypatch):
    ask = Client.list_webhooks
    members = [user["id"] for user in sandbox.store.all("user")]

    def every(self, user_id=None, **options):
        return [data for member in members for data in ask(self, member, **options)]

    monkeypatch.setattr(Client, "list_webhooks", every)

    first, second = sync(), sync()

    found = {"not created here": WEBHOOKS}
    assert first.counts == {n: c for n, c in IN_SYNC.items() if n != "in sync"} | found
    assert second.counts == IN_SYNC


def test_webhook_listed_twice_is_recorded_once(company, monkeypatch):
    made_at_quo(company, userId=TOM)
    ask = Client.list_webhooks
    monkeypatch.setattr(Client, "list_webhooks", lambda *a, **o: ask(*a, **o) * 2)

    read = sync()

    assert read.counts == IN_SYNC | {"webhooks": WEBHOOKS + 1, "not created here": 1}
    assert Entry.objects.filter(action="webhook.not_created_here").count() == 1


def test_sync_does_not_overwrite_a_later_last_seen_time(company, meanwhile):
    later = timezone.now() + timedelta(minutes=1)
    meanwhile(
        lambda: Webhook.objects.filter(quo_id=FOLLOW_UP).update(last_seen_at=later),
        when=AFTER,
        member=TOM,
    )

    sync()

    assert ours(FOLLOW_UP).last_seen_at == later


def test_webhook_seen_again_before_marking_is_not_missing(company, monkeypatch):
    mark = missing._mark_missing

    def late(webhook, **options):
        Webhook.objects.filter(pk=webhook.pk).update(last_seen_at=timezone.now())
        return mark(webhook, **options)

    monkeypatch.setattr(missing, "_mark_missing", late)
    company.store.delete("webhook", FOLLOW_UP)

    read = sync()

    assert ours(FOLLOW_UP).missing_since is None
    assert "missing at Quo" not in read.counts


def test_webhook_created_long_after_open_attempt_is_not_created_here(company):
    unknown(ago=3 * 3600, user_id=DANIEL)
    doc = made_at_quo(company, userId=TOM, createdAt=datetime.now(UTC).isoformat())

    sync()

    assert ours(doc["id"]).drift == "not-created-here"
