"""Reconciling by looking: against the sandbox, with clocks that the test sets."""

from datetime import timedelta

import pytest
from django.utils import timezone

from quo_admin.audit.models import Entry
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.reconcile import services as reconcile
from quo_admin.webhooks.reconcile.outcomes import WAIT_BEFORE_CHECK
from quo_admin.webhooks.store import store
from tests.factories import make_attempt, make_webhook_data
from tests.webhooks.unknown_attempts import look, made_at_quo, state, unknown

pytestmark = pytest.mark.django_db


def test_single_match_is_found_with_its_key(sandbox):
    attempt = unknown()
    doc = made_at_quo(sandbox)

    look()

    assert state(attempt) == "found"
    assert attempt.webhook.quo_id == doc["id"]
    assert sealing.unseal(attempt.webhook.key_sealed) == doc["key"]
    assert attempt.webhook.created_by == "ada"
    entry = Entry.objects.get(action="attempt.found")
    assert (entry.actor, entry.target) == ("worker", doc["id"])


def test_list_of_the_selected_member_is_read(sandbox):
    member = sandbox.store.all("user")[-1]["id"]
    attempt = unknown(user_id=member)
    made_at_quo(sandbox, userId=member)

    look()
    assert state(attempt) == "unknown"
    look(member=member)

    assert state(attempt) == "found"


def test_webhook_of_another_attempt_is_not_a_candidate(sandbox):
    attempt = unknown()
    doc = made_at_quo(sandbox)
    other = store(make_webhook_data(id=doc["id"]))
    make_attempt("created", webhook=other)

    look()

    assert state(attempt) == "unknown"


def test_webhook_stored_by_a_sync_is_assigned_to_the_attempt(sandbox):
    attempt = unknown(ago=10)
    doc = made_at_quo(sandbox)
    found = store(make_webhook_data(id=doc["id"]))

    look()

    assert state(attempt) == "found"
    assert attempt.webhook == found
    assert attempt.webhook.created_by == "ada"


def test_webhook_known_before_the_attempt_is_not_a_match(sandbox):
    doc = made_at_quo(sandbox, ago=20)
    store(make_webhook_data(id=doc["id"]), now=timezone.now() - timedelta(seconds=15))
    attempt = unknown(ago=10)

    look()

    assert state(attempt) == "unknown"


def test_attempt_without_match_is_rechecked_before_it_is_not_created(sandbox):
    attempt = unknown(ago=0)

    look()
    assert state(attempt) == "unknown"
    first_pause = attempt.next_check_at - timezone.now()
    look()
    second_pause = Attempt.objects.get().next_check_at - timezone.now()
    later = attempt.ended_at - WAIT_BEFORE_CHECK - timedelta(seconds=1)
    Attempt.objects.update(ended_at=later, started_at=later)
    look()

    assert state(attempt) == "not_created"
    assert timedelta(seconds=3) < first_pause < second_pause <= timedelta(seconds=15)
    assert Entry.objects.filter(action="attempt.not_created").count() == 1


def test_one_check_does_not_mark_an_attempt_not_created(sandbox):
    attempt = unknown(ago=1000)

    look()
    assert state(attempt) == "unknown"
    look()

    assert state(attempt) == "not_created"


def test_check_is_due_after_two_minutes(sandbox):
    attempt = unknown(ago=90)
    Attempt.objects.update(check_count=10)

    look()

    assert state(attempt) == "unknown"
    assert attempt.next_check_at == attempt.sent_by + WAIT_BEFORE_CHECK


def test_not_created_attempt_is_found_when_its_webhook_appears(sandbox):
    attempt = unknown(ago=600)
    look()
    look()
    assert state(attempt) == "not_created"
    made_at_quo(sandbox)

    look()

    assert state(attempt) == "found"


def test_late_webhook_goes_to_unknown_attempt_before_not_created_one(sandbox):
    given_up = unknown(ago=600)
    look()
    look()
    assert state(given_up) == "not_created"
    again = unknown(ago=5)
    made_at_quo(sandbox)

    look()

    assert (state(given_up), state(again)) == ("not_created", "found")


def test_several_candidates_wait_for_a_user_decision(sandbox):
    attempt = unknown(ago=5)
    docs = [made_at_quo(sandbox, ago=ago) for ago in (4, 2)]

    look()

    assert state(attempt) == "unknown"
    assert attempt.candidates == [doc["id"] for doc in docs]
    assert attempt.next_check_at is None
    assert Webhook.objects.filter(created_by="").count() == 2  # recorded, with their keys
    reconcile.decide(attempt=attempt, quo_id=docs[1]["id"], actor="olga")
    assert state(attempt) == "found"
    assert attempt.webhook.quo_id == docs[1]["id"]
    assert Entry.objects.get(action="attempt.found").actor == "olga"


def test_user_can_decide_that_no_candidate_matches(sandbox):
    attempt = unknown(ago=5)
    for ago in (4, 2):
        made_at_quo(sandbox, ago=ago)
    look()
    attempt.refresh_from_db()

    reconcile.decide(attempt=attempt, quo_id=None, actor="olga")
    made_at_quo(sandbox)
    look()

    assert state(attempt) == "not_created"


@pytest.mark.parametrize("quo_id", ["WHother", "taken"])
def test_user_cannot_choose_an_invalid_or_taken_candidate(sandbox, quo_id):
    attempt = unknown(ago=5)
    docs = [made_at_quo(sandbox, ago=ago) for ago in (4, 2)]
    look()
    make_attempt("found", webhook=Webhook.objects.get(quo_id=docs[0]["id"]))

    with pytest.raises(reconcile.NotReconciled):
        reconcile.decide(
            attempt=attempt, quo_id=docs[0]["id"] if quo_id == "taken" else quo_id, actor="olga"
        )

    assert state(attempt) == "unknown"


def test_similar_attempts_are_reconciled_together_oldest_first(sandbox):
    older, newer = unknown(ago=9), unknown(ago=3)
    made_at_quo(sandbox, ago=2)

    look()
    assert (state(older), state(newer)) == ("found", "unknown")
    made_at_quo(sandbox, ago=1)
    look()

    assert state(newer) == "found"
    assert older.webhook != newer.webhook


def test_different_attempts_do_not_share_candidates(sandbox):
    desk, sales = unknown(label="Desk"), unknown(label="Sales")
    made_at_quo(sandbox, label="Sales")

    look()

    assert (state(desk), state(sales)) == ("unknown", "found")


def test_attempt_is_not_reconciled_while_a_similar_one_is_running(sandbox):
    lost = unknown(ago=5)
    make_attempt("sending", payload=lost.payload, started_at=timezone.now())
    made_at_quo(sandbox)

    look()

    assert state(lost) == "unknown"
    assert not Webhook.objects.exists()
