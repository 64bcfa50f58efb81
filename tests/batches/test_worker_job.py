"""The worker carries a batch out: once each, whatever Quo answers and whenever it is killed."""

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connections
from django.utils import timezone

from quo_admin.audit.models import Entry
from quo_admin.batches import worker_job
from quo_admin.batches.models import Batch, BatchRow
from quo_admin.batches.services import actions
from quo_admin.batches.services.draft import start
from quo_admin.batches.services.state import InvalidBatchState
from quo_admin.quo import rate_limiter, retry, spec
from quo_admin.quo.exceptions import RateLimitWaitTooLong
from quo_admin.sandbox import rate_limit
from quo_admin.webhooks.create import services as create
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.reconcile import services as reconcile
from tests.batches.batch_runs import (
    CREATE,
    IDS,
    URL,
    creates,
    draft,
    item,
    started_batch,
    state,
    states,
    work,
)
from tests.factories import make_attempt, make_webhook

pytestmark = pytest.mark.django_db
LOOK = f"GET {spec.WEBHOOKS}"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """No rate limit, and half a second for an exchange."""
    monkeypatch.setattr(rate_limiter, "GAP_S", 0.001)
    monkeypatch.setattr(rate_limit, "PER_SECOND", 1000)
    monkeypatch.setattr(retry, "pause_before_retry", lambda attempt, jitter: 0.0)
    for name in ("WRITE", "BRIEF"):
        monkeypatch.setattr(retry, name, replace(getattr(retry, name), call_s=0.5, tries=1))


def acts(batch):
    entries = Entry.objects.filter(target=f"batch {batch.pk}").order_by("number")
    return [entry.action for entry in entries]


class Killed(BaseException):
    """The process is gone: nothing of ours runs after it."""


def later(batch):
    """Let the leases of who was killed end, and what it was sending count as lost."""
    past = timezone.now() - BatchRow.LEASE
    batch.rows.exclude(lease_until=None).update(lease_until=past)
    Attempt.objects.filter(state="sending").update(started_at=past, next_check_at=past)


# All goes well


def test_every_row_becomes_a_webhook_and_the_batch_ends(sandbox):
    batch = started_batch(3)

    work()

    assert states(batch) == ["created"] * 3
    assert state(batch) == "done"
    assert Batch.objects.get().ended_at
    assert Webhook.objects.exclude(key_sealed=None).filter(created_by="olga").count() == 3
    assert acts(batch) == ["batch.started", "batch.finished"]
    assert Entry.objects.get(action="batch.finished").after == "3 created"


def test_row_sends_what_was_planned(sandbox):
    started_batch(2, member="US4kQm81")

    work()

    made = [doc for doc in sandbox.store.all("webhook") if doc["url"] == URL]
    assert [(doc["label"], doc["resourceIds"], doc["events"]) for doc in made] == [
        ("Front desk – (415) 555-0134", [IDS[0]], ["message.received"]),
        ("Billing – (415) 555-0142", [IDS[1]], ["message.received"]),
    ]
    assert {doc["userId"] for doc in made} == {"US4kQm81"}


def test_resuming_a_finished_batch_makes_no_call(sandbox):
    batch = started_batch(2)
    work()
    before = creates(sandbox)

    actions.resume(actor="olga", batch=Batch.objects.get())
    work()

    assert creates(sandbox) == before
    assert state(batch) == "done"


def test_deselected_rows_are_not_sent(sandbox):
    batch = started_batch(2)
    batch.rows.filter(row=1).update(chosen=False)

    work()

    assert states(batch) == ["skipped", "created"]
    assert creates(sandbox) == 1


def test_batch_ends_while_another_still_has_rows(sandbox):
    first, second = started_batch(1), started_batch(3, url="https://other.example.com/quo")

    work(times=1)

    assert (state(first), state(second)) == ("done", "running")


# People


def test_paused_batch_sends_nothing_until_it_is_resumed(sandbox):
    batch = started_batch(2)
    actions.pause(actor="vera", batch=batch)

    work()
    paused = creates(sandbox)
    actions.resume(actor="olga", batch=Batch.objects.get())
    work()

    assert paused == 0
    assert states(batch) == ["created"] * 2
    assert acts(batch)[1:3] == ["batch.paused", "batch.resumed"]


def test_stop_lets_the_current_request_finish_and_sends_no_other(sandbox, monkeypatch):
    batch = started_batch(3)
    send = create.connect.client().create_message_webhook

    def stopped_meanwhile(wanted):
        actions.stop(actor="olga", batch=Batch.objects.get())
        return send(wanted)

    monkeypatch.setattr(create.connect.client(), "create_message_webhook", stopped_meanwhile)

    work()

    assert states(batch) == ["created", "waiting", "waiting"]
    assert state(batch) == "stopped"


@pytest.mark.parametrize("act", [actions.pause, actions.stop, actions.resume])
def test_outdated_action_is_rejected(act):
    batch = started_batch(1)
    if act is actions.resume:
        actions.pause(actor="vera", batch=batch)
    stale = Batch.objects.get()
    act(actor="vera", batch=Batch.objects.get())

    with pytest.raises(InvalidBatchState, match="Nothing was changed: Batch"):
        act(actor="olga", batch=stale)

    assert Entry.objects.filter(actor="olga").exclude(action="batch.started").count() == 0


def test_incomplete_draft_cannot_be_started():
    batch = draft(2)
    Batch.objects.update(row_count=None)

    with pytest.raises(InvalidBatchState, match="is incomplete"):
        start(actor="olga", batch=Batch.objects.get(), accepted=[])

    assert state(batch) == "draft"


def test_only_policies_that_warned_are_accepted(sandbox):
    batch = started_batch(1)
    other = started_batch(1, url="http://hooks.example.com/quo")

    assert (batch.accepted, other.accepted) == ([], ["plain-http"])


# Quo says no


def test_rejected_row_fails_with_quos_message_and_the_rest_continues(sandbox):
    sandbox.faults.add("status", CREATE, status=400, body={"message": "It is being ported"})
    batch = started_batch(2)

    work()

    assert states(batch) == ["failed", "created"]
    assert "being ported" in Attempt.objects.get(state="rejected").message
    assert Entry.objects.get(action="batch.finished").after == "1 created, 1 failed"


def test_only_failed_rows_are_retried(sandbox):
    sandbox.faults.add("status", CREATE, status=400, body={"message": "no"})
    batch = started_batch(3)
    work()

    count = actions.retry_failed(actor="olga", batch=Batch.objects.get())
    work()

    assert count == 1
    assert states(batch) == ["created"] * 3
    assert creates(sandbox) == 4
    assert state(batch) == "done"
    with pytest.raises(InvalidBatchState, match="no failed rows"):
        actions.retry_failed(actor="olga", batch=Batch.objects.get())


def test_retry_takes_precedence_over_simultaneous_end_of_batch(sandbox, monkeypatch):
    sandbox.faults.add("status", CREATE, status=400)
    batch = started_batch(1)
    work(times=1)
    Batch.objects.update(state="running", ended_at=None)
    is_open, retried = worker_job._is_open, []

    def retry_in_between(of):
        if not is_open(of) and not retried:
            retried.append(actions.retry_failed(actor="olga", batch=Batch.objects.get()))
            return False  # what was seen a moment ago
        return is_open(of)

    monkeypatch.setattr(worker_job, "_is_open", retry_in_between)
    work()
    work()

    assert retried == [1]
    assert states(batch) == ["created"]


@pytest.mark.parametrize("status", [401, 403])
def test_general_rejection_pauses_the_batch_without_failing_rows(sandbox, status):
    sandbox.faults.add("status", CREATE, times=None, status=status, body={"message": "No entry"})
    batch = started_batch(3)

    work()
    assert (state(batch), states(batch)) == ("paused", ["waiting"] * 3)
    words = "Quo rejected the API key" if status == 401 else "No entry"
    assert words in Batch.objects.get().why
    assert creates(sandbox) == 1
    sandbox.faults.clear()
    actions.resume(actor="olga", batch=Batch.objects.get())
    work()

    assert states(batch) == ["created"] * 3
    assert Batch.objects.get().why == ""


def test_connection_failure_pauses_the_batch(settings):
    settings.QUO_API_URL = "http://127.0.0.1:9"
    batch = started_batch(2)

    work()

    assert (state(batch), states(batch)) == ("paused", ["waiting"] * 2)
    assert "Could not connect" in Batch.objects.get().why


def test_rate_limited_row_is_retried_later(sandbox):
    sandbox.faults.add("status", CREATE, times=2, status=429)
    batch = started_batch(1)

    first = worker_job.run_next_row()
    assert (first, state(batch), states(batch)) == (False, "running", ["waiting"])
    rate_limiter.RateLimit.objects.all().delete()  # the second that Quo asks for has passed
    assert worker_job.run_next_row() is False
    rate_limiter.RateLimit.objects.all().delete()
    work()

    assert states(batch) == ["created"]
    assert creates(sandbox) == 3


def test_row_waits_when_the_rate_limiter_queue_is_full(sandbox, monkeypatch):
    batch = started_batch(1)
    acquire, full = rate_limiter.DatabaseRateLimiter.acquire, [True]

    def no_turn_once(self, at_most_s):
        if full and full.pop():
            raise RateLimitWaitTooLong("Nothing was sent to Quo: too many requests are waiting.")
        return acquire(self, at_most_s)

    monkeypatch.setattr(rate_limiter.DatabaseRateLimiter, "acquire", no_turn_once)

    assert worker_job.run_next_row() is False
    assert states(batch) == ["waiting"]
    work()
    assert states(batch) == ["created"]


def test_row_to_be_retried_is_never_shown_as_failed(sandbox, monkeypatch):
    sandbox.faults.add("status", CREATE, status=429)
    batch, seen = started_batch(1), []
    refused = worker_job._rejected

    def look_in_between(*args):
        seen.append(states(batch))
        worker_job._finish_if_complete(batch)
        return refused(*args)

    monkeypatch.setattr(worker_job, "_rejected", look_in_between)
    worker_job.run_next_row()

    assert seen == [["sending"]]
    assert state(batch) == "running"


# Nobody knows


def test_lost_response_is_reconciled_immediately_and_row_is_created(sandbox):
    sandbox.faults.add("reset_after", CREATE)
    batch = started_batch(2)

    work()

    assert states(batch) == ["created"] * 2
    assert creates(sandbox) == 2
    assert Webhook.objects.count() == 2


def test_lost_response_leaves_the_row_unknown_and_is_never_resent(sandbox):
    sandbox.faults.add("reset_after", CREATE)
    sandbox.faults.add("status", LOOK, status=500)
    batch = started_batch(2)
    work()
    assert (states(batch), state(batch)) == (["unknown", "created"], "done")

    unknown, reconciled = actions.reconcile_unknown(actor="olga", batch=Batch.objects.get())

    assert (unknown, reconciled) == (1, 1)
    assert states(batch) == ["created"] * 2
    assert creates(sandbox) == 2


def test_three_lost_responses_in_a_row_pause_the_batch(sandbox):
    sandbox.faults.add("reset_before", CREATE, times=None)
    sandbox.faults.add("status", LOOK, times=None, status=500)
    batch = started_batch(5)

    work()

    assert state(batch) == "paused"
    assert states(batch) == ["unknown"] * 3 + ["waiting"] * 2
    assert "3 times in a row" in Batch.objects.get().why


def test_unknown_results_before_a_resume_are_not_counted(sandbox):
    sandbox.faults.add("reset_before", CREATE, times=4)
    sandbox.faults.add("status", LOOK, times=None, status=500)
    batch = started_batch(6)
    work()
    assert states(batch) == ["unknown"] * 3 + ["waiting"] * 3

    actions.resume(actor="olga", batch=Batch.objects.get())
    work()

    assert state(batch) == "done"
    assert states(batch) == ["unknown"] * 4 + ["created"] * 2


def test_unknown_results_in_a_row_are_counted_by_end_time(sandbox):
    batch = started_batch(6)
    now = timezone.now()
    for row, (begun_ago, ended_ago) in enumerate([(20, 1), (19, 2), (18, 3), (25, 10)], start=1):
        Attempt.objects.create(
            actor="olga",
            token=item(batch, row).token,
            payload=item(batch, row).payload,
            state="unknown" if row < 4 else "rejected",
            started_at=now - timedelta(seconds=begun_ago),
            ended_at=now - timedelta(seconds=ended_ago),
        )
    Attempt.objects.begin(
        actor="olga", wanted=worker_job.request_of_row(item(batch, 5)), token=item(batch, 5).token
    )

    worker_job._pause_if_quo_is_down(Batch.objects.get())

    assert state(batch) == "paused"


# Policies


def test_row_covered_meanwhile_is_skipped_and_names_the_webhook(sandbox):
    batch = started_batch(2)
    make_webhook(id="WHother", label="By hand", url=URL, resourceIds=[IDS[0]])

    work()

    assert states(batch) == ["skipped", "created"]
    assert item(batch).why == "Already sent to this endpoint by “By hand”."
    assert item(batch).because == "WHother"
    assert creates(sandbox) == 1


def test_row_covered_meanwhile_by_several_webhooks_is_skipped(sandbox):
    batch = started_batch(2, packing="packed")
    for id in IDS[:2]:
        make_webhook(url=URL, resourceIds=[id])

    work()

    assert states(batch) == ["skipped"]
    assert (item(batch).why, item(batch).because) == (
        "Already sent to this endpoint by several webhooks.",
        "",
    )


@pytest.mark.parametrize(
    ("plan", "covered"),
    [
        ({"events": tuple(spec.MessageEvent)}, [IDS[0]]),
        ({"packing": "packed"}, [IDS[0]]),
    ],
    ids=["one of two events", "one of two numbers"],
)
def test_row_partly_covered_meanwhile_fails_with_instructions(sandbox, plan, covered):
    batch = started_batch(1 if "events" in plan else 2, **plan)
    make_webhook(label="By hand", url=URL, events=["message.received"], resourceIds=covered)

    work()

    assert states(batch) == ["failed"]
    assert item(batch).failure == (
        "Some of its events already reach this endpoint, or may do so soon. Plan these numbers "
        "again to create what is missing."
    )
    assert Entry.objects.get(action="batch.finished").after == "1 failed"
    assert creates(sandbox) == 0


def test_row_with_unknown_coverage_fails(sandbox):
    batch = started_batch(1)
    make_attempt("unknown", payload=item(batch).payload)

    work()

    assert states(batch) == ["failed"]


def test_row_with_an_unconfirmed_warning_fails_with_its_message(sandbox):
    batch = started_batch(1)
    payload = item(batch).payload | {"url": "http://hooks.example.com/quo"}
    BatchRow.objects.update(payload=payload)

    work()

    assert states(batch) == ["failed"]
    assert (
        item(batch).failure == "Not encrypted: anyone on the network path can read these messages"
    )
    assert creates(sandbox) == 0


# Killed


def test_row_is_retried_after_its_lease_if_killed_before_the_attempt(sandbox, monkeypatch):
    batch = started_batch(2)
    with monkeypatch.context() as patch:
        patch.setattr(create, "_begin", killed)
        with pytest.raises(Killed):
            worker_job.run_next_row()

    work()
    assert states(batch) == ["sending", "created"]
    assert state(batch) == "running"
    later(batch)
    work()

    assert states(batch) == ["created"] * 2
    assert (creates(sandbox), state(batch)) == (2, "done")


@pytest.mark.parametrize("reaches_quo", [False, True], ids=["before the call", "after the call"])
def test_row_is_reconciled_not_resent_if_killed_during_the_attempt(
    sandbox, monkeypatch, reaches_quo
):
    batch = started_batch(2)
    client = create.connect.client()
    send = client.create_message_webhook

    def killed_in_the_call(wanted):
        if reaches_quo:
            send(wanted)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(client, "create_message_webhook", killed_in_the_call)
        with pytest.raises(Killed):
            worker_job.run_next_row()

    work()
    assert states(batch) == ["sending", "created"]
    later(batch)
    work()
    assert (states(batch), state(batch)) == (["unknown", "created"], "done")
    reconcile.reconcile_next()

    assert states(batch) == ["created" if reaches_quo else "unknown", "created"]
    assert creates(sandbox) == 1 + reaches_quo
    assert Webhook.objects.count() == 1 + reaches_quo


def test_row_is_created_if_killed_after_the_attempt_ended(sandbox, monkeypatch):
    batch = started_batch(1)
    with monkeypatch.context() as patch:
        patch.setattr(BatchRow, "release", killed)
        with pytest.raises(Killed):
            worker_job.run_next_row()
    later(batch)

    work()

    assert (states(batch), state(batch), creates(sandbox)) == (["created"], "done", 1)


def killed(*args, **kwargs):
    raise Killed


def test_row_is_retried_if_its_attempt_could_not_start(sandbox, monkeypatch):
    batch = started_batch(1)

    def locked(*args, **kwargs):
        raise DatabaseError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(create, "_begin", locked)
        with pytest.raises(DatabaseError):
            worker_job.run_next_row()
    later(batch)
    work()

    assert states(batch) == ["created"]


# Several


def test_row_is_leased_to_one_caller_only():
    started_batch(2)
    now = timezone.now()

    first, second = BatchRow.objects.take(now=now), BatchRow.objects.take(now=now)

    assert {first.row, second.row} == {1, 2}
    assert BatchRow.objects.take(now=now) is None


def test_worker_that_lost_its_lease_does_not_change_the_row():
    batch = started_batch(1)
    slow = BatchRow.objects.take(now=timezone.now())
    batch.rows.update(token=uuid4(), lease_until=None)

    slow.release(over=True)

    assert item(batch).over is False


@pytest.mark.django_db(transaction=True)
def test_concurrent_workers_create_no_duplicates(sandbox):
    batch = started_batch(12)

    def worker():
        try:
            work()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    later(batch)
    work()

    assert states(batch) == ["created"] * 12
    made = [doc["resourceIds"] for doc in sandbox.store.all("webhook") if doc["url"] == URL]
    assert sorted(made) == sorted([id] for id in IDS[:12])
    assert (creates(sandbox), state(batch)) == (12, "done")
    assert Entry.objects.filter(action="batch.finished").count() == 1
