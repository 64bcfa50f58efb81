"""Settling by looking: against the sandbox, with clocks that the test sets."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from quo_admin.audit.models import Entry
from quo_admin.quo import spec
from quo_admin.webhooks import keys
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.services import settle
from quo_admin.webhooks.services.create import create_message_webhook
from quo_admin.webhooks.services.store import store
from tests.factories import make_attempt, make_wanted, make_webhook, make_webhook_data

pytestmark = pytest.mark.django_db
CREATE = f"POST {spec.MESSAGE_WEBHOOKS}"
LIST = f"GET {spec.WEBHOOKS}"


def unknown(*, ago=0, **changes):
    """An attempt of ada's whose answer was lost so many seconds ago."""
    begun = timezone.now() - timedelta(seconds=ago)
    wanted = make_wanted(**({"label": "Desk"} | changes))
    return make_attempt(
        "unknown",
        actor="ada",
        payload=wanted.to_json(),
        begun_at=begun,
        ended_at=begun,
        next_look_at=begun,
    )


def made_at_quo(sandbox, *, ago=0, **changes):
    """A webhook like the attempts above, as Quo made it so many seconds ago."""
    moment = datetime.now(UTC) - timedelta(seconds=ago)
    doc = sandbox.store.all("webhook")[0] | {
        "id": f"WH{uuid4().hex[:10]}",
        "userId": sandbox.store.all("user")[0]["id"],
        "label": "Desk",
        "url": "https://example.com/quo",
        "status": "enabled",
        "events": ["message.received"],
        "resourceIds": ["*"],
        "createdAt": moment.isoformat(),
    }
    doc |= changes
    sandbox.store.add([("webhook", doc)])
    return doc


def look(**changes):
    settle.look(**({"member": None, "actor": "worker"} | changes))


def state(attempt):
    attempt.refresh_from_db()
    return attempt.state


def test_exactly_one_is_adopted_with_its_key(sandbox):
    attempt = unknown()
    doc = made_at_quo(sandbox)

    look()

    assert state(attempt) == "adopted"
    assert attempt.webhook.quo_id == doc["id"]
    assert keys.unseal(attempt.webhook.key_sealed) == doc["key"]
    assert attempt.webhook.made_by == "ada"
    entry = Entry.objects.get(action="attempt.adopted")
    assert (entry.actor, entry.target) == ("worker", doc["id"])


def test_member_that_was_named_is_the_one_who_is_asked(sandbox):
    member = sandbox.store.all("user")[-1]["id"]
    attempt = unknown(user_id=member)
    made_at_quo(sandbox, userId=member)

    look()
    assert state(attempt) == "unknown"
    look(member=member)

    assert state(attempt) == "adopted"


def test_one_that_another_attempt_has_is_nobody_elses(sandbox):
    attempt = unknown()
    doc = made_at_quo(sandbox)
    other = store(make_webhook_data(id=doc["id"]))
    make_attempt("created", webhook=other)

    look()

    assert state(attempt) == "unknown"


def test_one_that_was_found_at_quo_first_becomes_the_attempts(sandbox):
    attempt = unknown(ago=10)
    doc = made_at_quo(sandbox)
    found = store(make_webhook_data(id=doc["id"]))

    look()

    assert state(attempt) == "adopted"
    assert attempt.webhook == found
    assert attempt.webhook.made_by == "ada"


def test_one_that_was_here_before_the_attempt_began_is_not_its(sandbox):
    doc = made_at_quo(sandbox, ago=20)
    store(make_webhook_data(id=doc["id"]), now=timezone.now() - timedelta(seconds=15))
    attempt = unknown(ago=10)

    look()

    assert state(attempt) == "unknown"


def test_none_is_looked_for_again_and_only_then_given_up(sandbox):
    attempt = unknown(ago=0)

    look()
    assert state(attempt) == "unknown"
    first_pause = attempt.next_look_at - timezone.now()
    look()
    second_pause = Attempt.objects.get().next_look_at - timezone.now()
    later = attempt.ended_at - settle.QUIET_FOR - timedelta(seconds=1)
    Attempt.objects.update(ended_at=later, begun_at=later)
    look()

    assert state(attempt) == "not_created"
    assert timedelta(seconds=3) < first_pause < second_pause <= timedelta(seconds=15)
    assert Entry.objects.filter(action="attempt.not_created").count() == 1


def test_one_look_is_not_enough_to_give_up(sandbox):
    attempt = unknown(ago=1000)

    look()
    assert state(attempt) == "unknown"
    look()

    assert state(attempt) == "not_created"


def test_look_is_due_as_soon_as_the_two_minutes_are_over(sandbox):
    attempt = unknown(ago=90)
    Attempt.objects.update(looks=10)

    look()

    assert state(attempt) == "unknown"
    assert attempt.next_look_at == attempt.left_by + settle.QUIET_FOR


def test_what_was_given_up_is_adopted_when_it_turns_up_after_all(sandbox):
    attempt = unknown(ago=600)
    look()
    look()
    assert state(attempt) == "not_created"
    made_at_quo(sandbox)

    look()

    assert state(attempt) == "adopted"


def test_several_are_left_to_people_who_decide(sandbox):
    attempt = unknown(ago=5)
    docs = [made_at_quo(sandbox, ago=ago) for ago in (4, 2)]

    look()

    assert state(attempt) == "unknown"
    assert attempt.candidates == [doc["id"] for doc in docs]
    assert attempt.next_look_at is None
    assert Webhook.objects.filter(made_by="").count() == 2  # recorded, with their keys
    settle.decide(attempt=attempt, quo_id=docs[1]["id"], actor="olga")
    assert state(attempt) == "adopted"
    assert attempt.webhook.quo_id == docs[1]["id"]
    assert Entry.objects.get(action="attempt.adopted").actor == "olga"


def test_people_may_decide_that_it_made_none(sandbox):
    attempt = unknown(ago=5)
    for ago in (4, 2):
        made_at_quo(sandbox, ago=ago)
    look()
    attempt.refresh_from_db()

    settle.decide(attempt=attempt, quo_id=None, actor="olga")

    assert state(attempt) == "not_created"


@pytest.mark.parametrize("quo_id", ["WHother", "taken"])
def test_people_cannot_give_it_what_is_not_a_candidate_or_is_taken(sandbox, quo_id):
    attempt = unknown(ago=5)
    docs = [made_at_quo(sandbox, ago=ago) for ago in (4, 2)]
    look()
    make_attempt("adopted", webhook=Webhook.objects.get(quo_id=docs[0]["id"]))

    with pytest.raises(settle.NotSettled):
        settle.decide(
            attempt=attempt, quo_id=docs[0]["id"] if quo_id == "taken" else quo_id, actor="olga"
        )

    assert state(attempt) == "unknown"


def test_attempts_that_are_alike_are_settled_together_oldest_first(sandbox):
    older, newer = unknown(ago=9), unknown(ago=3)
    made_at_quo(sandbox, ago=2)

    look()
    assert (state(older), state(newer)) == ("adopted", "unknown")
    made_at_quo(sandbox, ago=1)
    look()

    assert state(newer) == "adopted"
    assert older.webhook != newer.webhook


def test_attempts_that_differ_do_not_get_each_others(sandbox):
    desk, sales = unknown(label="Desk"), unknown(label="Sales")
    made_at_quo(sandbox, label="Sales")

    look()

    assert (state(desk), state(sales)) == ("unknown", "adopted")


def test_nothing_is_settled_while_one_like_it_is_being_sent(sandbox):
    lost = unknown(ago=5)
    make_attempt("sending", payload=lost.payload, begun_at=timezone.now())
    made_at_quo(sandbox)

    look()

    assert state(lost) == "unknown"
    assert not Webhook.objects.exists()


def test_attempt_that_a_crash_left_in_sending_is_looked_for_after_its_lease(sandbox):
    begun = timezone.now() - Attempt.LEASE - timedelta(seconds=1)
    payload = make_wanted(label="Desk").to_json()
    attempt = make_attempt("sending", payload=payload, begun_at=begun)
    doc = made_at_quo(sandbox, ago=45)

    assert settle.settle_next()

    assert state(attempt) == "adopted"
    assert attempt.webhook.quo_id == doc["id"]


def test_crashed_attempt_that_is_not_found_is_unknown_and_says_why(sandbox):
    begun = timezone.now() - Attempt.LEASE - timedelta(seconds=1)
    attempt = make_attempt("sending", begun_at=begun)

    settle.settle_next()

    assert state(attempt) == "unknown"
    assert "stopped before" in attempt.message
    assert Entry.objects.filter(action="webhook.unknown").count() == 1


def test_nothing_is_due_while_it_is_being_sent(sandbox):
    make_attempt("sending", begun_at=timezone.now(), next_look_at=timezone.now() + Attempt.LEASE)

    assert settle.settle_next() is False
    assert sandbox.calls.all() == []


def test_quo_that_is_down_postpones_and_loses_nothing(sandbox):
    attempt = unknown(ago=5)
    sandbox.faults.add("status", LIST, times=3, status=403)

    assert settle.settle_next() is False
    assert settle.settle_next() is False

    assert state(attempt) == "unknown"
    assert (attempt.looks, attempt.lease_until) == (0, None)
    assert attempt.next_look_at > timezone.now() + timedelta(seconds=20)
    assert len(sandbox.calls.all()) == 1


def test_person_hears_that_quo_could_not_be_asked(sandbox):
    sandbox.faults.add("status", LIST, status=401, body={"error": {"message": "Unauthorized"}})

    with pytest.raises(settle.NotSettled, match="Unauthorized"):
        look()


def test_due_attempt_is_leased_to_one_worker_and_again_after_its_death():
    attempt = unknown(ago=5)
    now = timezone.now()

    assert Attempt.objects.take_due(now=now) == attempt
    assert Attempt.objects.take_due(now=now) is None
    assert Attempt.objects.take_due(now=now + Attempt.LEASE) == attempt


@pytest.mark.django_db(transaction=True)
def test_two_who_settle_the_same_attempt_cannot_both_win(sandbox):
    attempts = [unknown(ago=9 - n) for n in range(3)]
    for n in range(3):
        made_at_quo(sandbox, ago=2 - n / 2)

    def settle_it():
        try:
            look()
        finally:
            connection.close()

    threads = [threading.Thread(target=settle_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [state(attempt) for attempt in attempts] == ["adopted"] * 3
    assert len({attempt.webhook_id for attempt in attempts}) == 3
    assert Entry.objects.filter(action="attempt.adopted").count() == 3


def test_answer_that_comes_after_the_attempt_was_adopted_changes_nothing(sandbox, monkeypatch):
    """The process slept through its lease; meanwhile the worker found what Quo had made."""
    token, end_created = uuid4(), settle.look

    def slow(self, wanted):
        doc = made_at_quo(sandbox)
        Attempt.objects.update(begun_at=timezone.now() - Attempt.LEASE)
        end_created(member=None, actor="worker")
        return make_webhook_data(**doc)

    monkeypatch.setattr("quo_admin.quo.client.Client.create_message_webhook", slow)

    webhook = create_message_webhook(
        actor="ada", wanted=make_wanted(label="Desk"), token=token, accepted=["all-numbers"]
    )

    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.webhook) == ("adopted", webhook)
    assert Webhook.objects.count() == 1


def test_answer_that_cannot_be_written_down_survives_by_looking(sandbox, monkeypatch):
    from django.db import OperationalError

    from quo_admin.webhooks.services import create

    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(create, "store", locked)
        with pytest.raises(create.WebhookMaybeCreated, match="could not be written down"):
            create_message_webhook(
                actor="ada", wanted=make_wanted(), token=uuid4(), accepted=["all-numbers"]
            )
    assert Attempt.objects.get().state == "sending"
    Attempt.objects.update(begun_at=timezone.now() - Attempt.LEASE, next_look_at=timezone.now())

    assert settle.settle_next()

    attempt = Attempt.objects.get()
    assert attempt.state == "adopted"
    assert attempt.webhook.key_sealed


def test_made_webhook_of_the_tests_is_like_the_attempt_of_the_tests(sandbox):
    make_webhook()  # another, of the factory: it must not be mistaken
    attempt = unknown()
    made_at_quo(sandbox)

    look()

    assert state(attempt) == "adopted"
