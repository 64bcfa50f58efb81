"""Reconciling after crashes, while Quo is down, and by several at once."""

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from quo_admin.audit.models import Entry
from quo_admin.quo import retry, spec
from quo_admin.webhooks.create.services import create_message_webhook
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.reconcile import services as reconcile
from tests.factories import make_attempt, make_wanted, make_webhook, make_webhook_data
from tests.webhooks.unknown_attempts import look, made_at_quo, state, unknown

pytestmark = pytest.mark.django_db
LIST = f"GET {spec.WEBHOOKS}"


def test_interrupted_attempt_is_reconciled_after_its_lease(sandbox):
    begun = timezone.now() - Attempt.LEASE - timedelta(seconds=1)
    payload = make_wanted(label="Desk").to_json()
    attempt = make_attempt("sending", payload=payload, started_at=begun)
    doc = made_at_quo(sandbox, ago=45)

    assert reconcile.reconcile_next()

    assert state(attempt) == "found"
    assert attempt.webhook.quo_id == doc["id"]


def test_interrupted_attempt_that_is_not_found_becomes_unknown(sandbox):
    begun = timezone.now() - Attempt.LEASE - timedelta(seconds=1)
    attempt = make_attempt("sending", started_at=begun)

    reconcile.reconcile_next()

    assert state(attempt) == "unknown"
    assert "stopped before" in attempt.message
    assert Entry.objects.filter(action="webhook.unknown").count() == 1


def test_running_attempt_is_not_due(sandbox):
    make_attempt("sending", started_at=timezone.now(), next_check_at=timezone.now() + Attempt.LEASE)

    assert reconcile.reconcile_next() is False
    assert sandbox.calls.all() == []


def test_failed_check_is_postponed_and_not_counted(sandbox):
    attempt = unknown(ago=5)
    sandbox.faults.add("status", LIST, times=3, status=403)

    assert reconcile.reconcile_next() is False
    assert reconcile.reconcile_next() is False

    assert state(attempt) == "unknown"
    assert (attempt.check_count, attempt.lease_until) == (0, None)
    assert attempt.next_check_at > timezone.now() + timedelta(seconds=20)
    assert len(sandbox.calls.all()) == 1


def test_rejected_api_key_raises_an_error(sandbox):
    sandbox.faults.add("status", LIST, status=401, body={"error": {"message": "Unauthorized"}})

    with pytest.raises(reconcile.NotReconciled, match="Check QUO_API_KEY"):
        look()


def test_due_attempt_is_leased_to_one_worker_until_lease_ends():
    attempt = unknown(ago=5)
    now = timezone.now()

    assert Attempt.objects.take_due(now=now) == attempt
    assert Attempt.objects.take_due(now=now) is None
    assert Attempt.objects.take_due(now=now + Attempt.LEASE) == attempt


@pytest.mark.django_db(transaction=True)
def test_same_attempt_is_reconciled_only_once(sandbox):
    attempts = [unknown(ago=9 - n) for n in range(3)]
    for n in range(3):
        made_at_quo(sandbox, ago=2 - n / 2)

    def reconcile_it():
        try:
            look()
        finally:
            connection.close()

    threads = [threading.Thread(target=reconcile_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [state(attempt) for attempt in attempts] == ["found"] * 3
    assert len({attempt.webhook_id for attempt in attempts}) == 3
    assert Entry.objects.filter(action="attempt.found").count() == 3


def test_late_response_after_reconciliation_changes_nothing(sandbox, monkeypatch):
    """The process slept through its lease; meanwhile the worker found what Quo had made."""
    token, end_created = uuid4(), reconcile.check_at_quo

    def slow(self, wanted):
        doc = made_at_quo(sandbox)
        Attempt.objects.update(started_at=timezone.now() - Attempt.LEASE)
        end_created(member=None, actor="worker")
        return make_webhook_data(**doc)

    monkeypatch.setattr("quo_admin.quo.client.Client.create_message_webhook", slow)

    webhook = create_message_webhook(
        actor="ada", wanted=make_wanted(label="Desk"), token=token, accepted=["all-numbers"]
    )

    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.webhook) == ("found", webhook)
    assert Webhook.objects.count() == 1
    assert len(sandbox.calls.all()) == 1  # the worker's look; the late response needs no other


def test_response_that_cannot_be_stored_is_recovered_by_reconciling(sandbox, monkeypatch):
    from django.db import OperationalError

    from quo_admin.webhooks.create import services as create

    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr("quo_admin.webhooks.create.outcomes.store", locked)
        with pytest.raises(create.CreationUnknown, match="could not be saved"):
            create_message_webhook(
                actor="ada", wanted=make_wanted(), token=uuid4(), accepted=["all-numbers"]
            )
    assert Attempt.objects.get().state == "sending"
    Attempt.objects.update(started_at=timezone.now() - Attempt.LEASE, next_check_at=timezone.now())

    assert reconcile.reconcile_next()

    attempt = Attempt.objects.get()
    assert attempt.state == "found"
    assert attempt.webhook.key_sealed


def test_helpers_create_a_matching_webhook_and_attempt(sandbox):
    make_webhook()  # another, of the factory: it must not be mistaken
    attempt = unknown()
    made_at_quo(sandbox)

    look()

    assert state(attempt) == "found"


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "no_response_after"},
        {"kind": "reset_after"},
        {"kind": "reset_after", "sent": 40},
        {"kind": "truncated"},
        {"kind": "malformed"},
        {"kind": "large"},
        {"kind": "slow", "seconds": 0.05},
        {"kind": "odd", "drop": ["id"]},
        {"kind": "odd", "drop": ["key"]},
        {"kind": "odd", "merge": {"id": 7, "url": [], "events": "x"}},
        {"kind": "status", "status": 500, "after": True},
        {"kind": "status", "status": 502, "body": "<h1>Bad gateway</h1>", "after": True},
        {"kind": "status", "status": 408, "after": True},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values())[:40],
)
def test_webhook_is_stored_once_with_its_key_for_any_response(sandbox, monkeypatch, fault):
    monkeypatch.setattr(retry, "WRITE", replace(retry.WRITE, call_s=0.5))
    before = len(sandbox.store.all("webhook"))
    sandbox.faults.add(on="POST", **fault)

    webhook = create_message_webhook(
        actor="ada", wanted=make_wanted(label="Desk"), token=uuid4(), accepted=["all-numbers"]
    )

    there = [doc for doc in sandbox.store.all("webhook") if doc["label"] == "Desk"]
    assert len(sandbox.store.all("webhook")) == before + 1
    assert webhook.quo_id == there[0]["id"]
    assert sealing.unseal(webhook.key_sealed) == there[0]["key"]
    assert Attempt.objects.get().state in {"created", "found"}
