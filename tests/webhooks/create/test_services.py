import threading
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from quo_admin.audit.models import Entry
from quo_admin.quo import retry, spec
from quo_admin.webhooks.create import services
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.models import Attempt, AttemptEnded, Drift, Webhook
from quo_admin.webhooks.policies.warnings import PolicyName
from tests.factories import NOON, make_wanted, make_webhook, make_webhook_data, update_webhooks

pytestmark = pytest.mark.django_db
CREATE = f"POST {spec.MESSAGE_WEBHOOKS}"


def create(*, token=None, accepted=tuple(PolicyName), **changes):
    return services.create_message_webhook(
        actor="ada", wanted=make_wanted(**changes), token=token or uuid4(), accepted=accepted
    )


def audit_log():
    mine = Entry.objects.filter(actor="ada").order_by("number")
    return list(mine.values_list("action", "target"))


def test_created_webhook_is_stored_as_returned_by_quo(sandbox):
    webhook = create(label="Desk", user_id=None)

    echoed = next(w for w in sandbox.store.all("webhook") if w["id"] == webhook.quo_id)
    webhook.refresh_from_db()
    assert webhook.label == "Desk"
    assert webhook.user_id == echoed["userId"]  # the owner's, whom we did not name
    assert webhook.resource_ids == ["*"]
    assert webhook.created_by == "ada"
    assert (webhook.host, webhook.family) == ("example.com", "messages")
    assert sealing.unseal(webhook.key_sealed) == echoed["key"]
    assert webhook.key_fingerprint == sealing.fingerprint(echoed["key"])


def test_created_webhook_has_a_row_for_each_event_of_each_number(sandbox):
    numbers = tuple(number["id"] for number in sandbox.store.all("number")[:2])

    webhook = create(events=tuple(spec.MessageEvent), resource_ids=numbers)

    rows = set(webhook.subscriptions.values_list("event", "resource_id"))
    assert rows == {(event, number) for event in spec.MessageEvent for number in numbers}


def test_created_webhook_has_an_attempt_and_an_audit_entry(sandbox):
    webhook = create(url="https://example.com/hooks/a-long-secret-token-of-the-path?token=hush")

    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.webhook, attempt.actor) == ("created", webhook, "ada")
    assert audit_log() == [("webhook.created", webhook.quo_id)]
    entry = Entry.objects.get(actor="ada")
    assert "hush" not in entry.canonical
    assert "secret-token" not in entry.canonical


def test_attempt_is_stored_before_the_request_is_sent(monkeypatch):
    seen = []

    class Quo:
        def create_message_webhook(self, wanted):
            seen.extend(Attempt.objects.values_list("state", "payload"))
            return make_webhook_data()

    monkeypatch.setattr(services.connect, "client", Quo)
    create()

    assert seen == [("sending", make_wanted().to_json())]


def test_rejected_create_stores_no_webhook_and_records_the_reason(sandbox):
    sandbox.faults.add(
        "status", CREATE, status=409, body={"message": "no", "code": "7", "trace": "19"}
    )

    with pytest.raises(services.WebhookNotCreated, match="no") as caught:
        create()

    attempt = Attempt.objects.get()
    assert caught.value.fault.trace == "19"
    assert (attempt.state, attempt.status, attempt.code, attempt.trace) == (
        "rejected",
        409,
        "7",
        "19",
    )
    assert not Webhook.objects.exists()
    assert audit_log() == [("webhook.rejected", f"attempt {attempt.pk}")]


def test_create_without_a_connection_is_rejected(settings, monkeypatch):
    monkeypatch.setattr(retry, "WRITE", replace(retry.WRITE, tries=1))

    with pytest.raises(services.WebhookNotCreated, match="Could not connect"):
        create()

    assert Attempt.objects.get().state == "rejected"


def test_create_with_a_lost_response_is_found_immediately(sandbox):
    sandbox.faults.add("reset_after", CREATE)

    webhook = create(label="Desk")

    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.webhook) == ("found", webhook)
    assert sealing.unseal(webhook.key_sealed)
    assert webhook.created_by == "ada"
    assert [action for action, _ in audit_log()] == ["webhook.unknown", "attempt.found"]
    assert [call.method for call in sandbox.calls.all()] == ["POST", "GET"]


def test_create_without_a_response_is_unknown_and_nothing_is_stored(sandbox):
    sandbox.faults.add("reset_before", CREATE)

    with pytest.raises(services.CreationUnknown, match="may exist"):
        create()

    attempt = Attempt.objects.get()
    assert attempt.state == "unknown"
    assert attempt.payload["url"] == "https://example.com/quo"
    assert not Webhook.objects.exists()
    assert audit_log() == [("webhook.unknown", f"attempt {attempt.pk}")]


def test_response_with_the_id_of_another_webhook_is_not_used(sandbox):
    first = create(label="First")
    sandbox.faults.add("odd", CREATE, merge={"id": first.quo_id})

    create(label="Second")

    assert Webhook.objects.get(quo_id=first.quo_id).label == "First"
    assert sorted(Attempt.objects.values_list("state", flat=True)) == ["created", "found"]
    assert Webhook.objects.count() == 2


def test_response_with_a_webhook_that_existed_before_is_not_used(sandbox):
    before = make_webhook(id="WHbefore", label="Made in the app", url="https://before.example/in")
    update_webhooks(before, drift=Drift.NOT_CREATED_HERE, drift_since=NOON)
    sandbox.faults.add("odd", CREATE, merge={"id": before.quo_id})

    created = create(label="Second")

    before.refresh_from_db()
    assert (before.label, before.url) == ("Made in the app", "https://before.example/in")
    assert (before.drift, before.created_by) == (Drift.NOT_CREATED_HERE, "")
    assert created.quo_id != before.quo_id
    assert Attempt.objects.get().state == "found"
    assert "existed before the request" in Entry.objects.get(action="webhook.unknown").after


ODD = {
    "drop": ["key", "events"],
    "merge": {"label": "a\x00b\ud800", "createdAt": "9999-12-31T23:59:59-14:00", "new": 1},
}


def test_incomplete_response_is_completed_by_one_get_request(sandbox):
    sandbox.faults.add("odd", CREATE, **ODD)

    webhook = create(label="Desk")

    webhook.refresh_from_db()
    assert webhook.label == "a\ufffdb\ufffd"  # told, if oddly
    assert sealing.unseal(webhook.key_sealed)
    assert webhook.created_at is not None
    assert webhook.events == ["message.received"]
    assert [call.method for call in sandbox.calls.all()] == ["POST", "GET"]


@pytest.mark.parametrize(
    "fault", [{"kind": "odd", **ODD}, {"kind": "status", "status": 500}, {"kind": "reset_before"}]
)
def test_field_missing_in_both_responses_stays_missing(sandbox, fault):
    sandbox.faults.add("odd", CREATE, **ODD)
    sandbox.faults.add(on="GET /v1/webhooks/WH", **fault)

    webhook = create()

    webhook.refresh_from_db()
    assert (webhook.key_sealed, webhook.key_fingerprint) == (None, "")
    assert (webhook.created_at, webhook.events) == (None, None)
    assert webhook.created_or_seen_at == webhook.first_seen_at
    assert Attempt.objects.get().state == "created"
    assert [call.method for call in sandbox.calls.all()] == ["POST", "GET"]


def test_complete_response_needs_one_call(sandbox):
    create()

    assert len(sandbox.calls.all()) == 1


# One form, one webhook


def test_same_form_with_the_same_values_makes_no_second_call(sandbox):
    token = uuid4()
    webhook = create(token=token)

    with pytest.raises(services.AlreadySent) as caught:
        create(token=token)

    assert caught.value.same
    assert caught.value.attempt.webhook == webhook
    assert len(sandbox.calls.all()) == 1


def test_same_form_with_other_values_sends_nothing(sandbox):
    token = uuid4()
    create(token=token)

    with pytest.raises(services.AlreadySent) as caught:
        create(token=token, label="Changed")

    assert not caught.value.same
    assert len(sandbox.calls.all()) == 1


def test_unconfirmed_warning_prevents_the_attempt(sandbox):
    with pytest.raises(services.UnconfirmedWarnings) as caught:
        create(accepted=())

    assert [finding.policy for finding in caught.value.findings] == [PolicyName.ALL_NUMBERS]
    assert not Attempt.objects.exists()
    assert sandbox.calls.all() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("one_form", [True, False], ids=["one form", "a form each"])
def test_twenty_simultaneous_creates_make_one_webhook(sandbox, one_form):
    token, ended = uuid4(), []

    def press():
        try:
            ended.append(create(token=token if one_form else uuid4(), accepted=["all-numbers"]))
        except (services.AlreadySent, services.UnconfirmedWarnings) as exc:
            ended.append(exc)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(ended) == 20
    assert [type(end) for end in ended].count(Webhook) == 1
    assert Attempt.objects.count() == Webhook.objects.count() == 1
    assert len(sandbox.calls.all()) == 1


@pytest.mark.django_db(transaction=True)
def test_concurrent_equal_request_gets_a_duplicate_warning():
    """The first attempt is not visible to others before its transaction ends."""
    ended = []

    def begin(token):
        return services._begin(
            actor="ada", wanted=make_wanted(), token=token, accepted=["all-numbers"]
        )

    def begin_second():
        try:
            ended.append(begin(uuid4()))
        except services.UnconfirmedWarnings as exc:
            ended.append([finding.policy for finding in exc.findings])
        finally:
            connection.close()

    second = threading.Thread(target=begin_second)
    with transaction.atomic():
        begin(uuid4())
        second.start()
        second.join(timeout=0.5)
        assert not ended
    second.join()

    assert ended == [[PolicyName.DOUBLED]]
    assert Attempt.objects.count() == 1


def test_second_submit_waits_for_the_first_to_finish(monkeypatch):
    attempt = Attempt.objects.begin(actor="ada", wanted=make_wanted(), token=uuid4())

    def meanwhile(seconds):
        Attempt.objects.get().end(Attempt.State.REJECTED, message="no")

    monkeypatch.setattr(services.time, "sleep", meanwhile)

    assert services.wait_until_finished(attempt).state == "rejected"


def test_second_submit_waits_for_a_limited_time(monkeypatch):
    attempt = Attempt.objects.begin(actor="ada", wanted=make_wanted(), token=uuid4())
    monkeypatch.setattr(services, "LOOK_FOR_S", 0.01)

    assert services.wait_until_finished(attempt).state == "sending"


def test_webhook_attempt_and_audit_entry_are_atomic(sandbox, monkeypatch):
    def broken(**kwargs):
        raise RuntimeError("the audit log cannot be written")

    monkeypatch.setattr("quo_admin.audit.services.record", broken)

    with pytest.raises(RuntimeError):
        create()

    assert not Webhook.objects.exists()
    assert Attempt.objects.get().state == "sending"  # a trace remains


def test_attempt_can_end_only_once():
    attempt = Attempt.objects.begin(actor="ada", wanted=make_wanted(), token=uuid4())
    stale = Attempt.objects.get()
    attempt.end(Attempt.State.UNKNOWN)

    with pytest.raises(AttemptEnded):
        stale.end(Attempt.State.REJECTED)

    assert Attempt.objects.get().state == "unknown"


@pytest.mark.parametrize("state", ["created", "paused"])
def test_database_rejects_an_inconsistent_attempt(state):
    attempt = Attempt.objects.begin(actor="ada", wanted=make_wanted(), token=uuid4())

    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(state=state)
