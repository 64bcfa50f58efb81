from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from quo_admin.audit.models import Entry
from quo_admin.quo import retry, spec
from quo_admin.webhooks import keys
from quo_admin.webhooks.models import Attempt, AttemptEnded, Webhook
from quo_admin.webhooks.services import create as services
from tests.factories import make_wanted, make_webhook_data

pytestmark = pytest.mark.django_db
CREATE = f"POST {spec.MESSAGE_WEBHOOKS}"


def create(**changes):
    return services.create_message_webhook(actor="ada", wanted=make_wanted(**changes))


def trail():
    mine = Entry.objects.filter(actor="ada").order_by("number")
    return list(mine.values_list("action", "target"))


def test_created_webhook_is_stored_as_quo_echoed_it(sandbox):
    webhook = create(label="Desk", user_id=None)

    echoed = next(w for w in sandbox.store.all("webhook") if w["id"] == webhook.quo_id)
    webhook.refresh_from_db()
    assert webhook.label == "Desk"
    assert webhook.user_id == echoed["userId"]  # the owner's, whom we did not name
    assert webhook.resource_ids == ["*"]
    assert webhook.made_by == "ada"
    assert (webhook.host, webhook.family) == ("example.com", "messages")
    assert keys.unseal(webhook.key_sealed) == echoed["key"]
    assert webhook.key_fingerprint == keys.fingerprint(echoed["key"])


def test_created_webhook_has_a_row_for_each_event_of_each_number(sandbox):
    numbers = tuple(number["id"] for number in sandbox.store.all("number")[:2])

    webhook = create(events=tuple(spec.MessageEvent), resource_ids=numbers)

    rows = set(webhook.subscriptions.values_list("event", "resource_id"))
    assert rows == {(event, number) for event in spec.MessageEvent for number in numbers}


def test_created_webhook_has_its_attempt_and_its_entry(sandbox):
    webhook = create(url="https://example.com/hooks/a-long-secret-token-of-the-path?token=hush")

    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.webhook, attempt.actor) == ("created", webhook, "ada")
    assert trail() == [("webhook.created", webhook.quo_id)]
    entry = Entry.objects.get(actor="ada")
    assert "hush" not in entry.canonical
    assert "secret-token" not in entry.canonical


def test_attempt_is_on_disk_before_the_request_leaves(monkeypatch):
    seen = []

    class Quo:
        def create_message_webhook(self, wanted):
            seen.extend(Attempt.objects.values_list("state", "payload"))
            return make_webhook_data()

    monkeypatch.setattr(services.connect, "client", Quo)
    create()

    assert seen == [("sending", make_wanted().to_json())]


def test_refused_create_changes_nothing_and_says_why(sandbox):
    sandbox.faults.add(
        "status", CREATE, status=409, body={"message": "no", "code": "7", "trace": "19"}
    )

    with pytest.raises(services.WebhookNotCreated, match="no") as caught:
        create()

    attempt = Attempt.objects.get()
    assert caught.value.fault.trace == "19"
    assert (attempt.state, attempt.status, attempt.code, attempt.trace) == (
        "refused",
        409,
        "7",
        "19",
    )
    assert not Webhook.objects.exists()
    assert trail() == [("webhook.refused", f"attempt {attempt.pk}")]


def test_create_without_a_connection_is_refused_too(settings, monkeypatch):
    monkeypatch.setattr(retry, "WRITE", replace(retry.WRITE, tries=1))

    with pytest.raises(services.WebhookNotCreated, match="No connection"):
        create()

    assert Attempt.objects.get().state == "refused"


def test_create_without_an_answer_is_unknown_and_nothing_is_copied(sandbox):
    sandbox.faults.add("reset_after", CREATE)

    with pytest.raises(services.WebhookMaybeCreated, match="may exist"):
        create()

    attempt = Attempt.objects.get()
    assert attempt.state == "unknown"
    assert attempt.payload["url"] == "https://example.com/quo"
    assert not Webhook.objects.exists()
    assert trail() == [("webhook.unknown", f"attempt {attempt.pk}")]


def test_answer_with_the_webhook_of_another_attempt_is_unknown_and_changes_no_row(sandbox):
    first = create(label="First")
    sandbox.faults.add("odd", CREATE, merge={"id": first.quo_id})

    with pytest.raises(services.WebhookMaybeCreated):
        create(label="Second")

    assert Webhook.objects.get().label == "First"
    assert sorted(Attempt.objects.values_list("state", flat=True)) == ["created", "unknown"]


def test_answer_with_missing_and_odd_fields_is_stored_for_what_it_tells(sandbox):
    sandbox.faults.add(
        "odd",
        CREATE,
        drop=["key", "events"],
        merge={"label": "a\x00b\ud800", "createdAt": "9999-12-31T23:59:59-14:00", "new": 1},
    )

    webhook = create()

    webhook.refresh_from_db()
    assert webhook.label == "a\ufffdb\ufffd"
    assert (webhook.key_sealed, webhook.key_fingerprint) == (None, "")
    assert (webhook.created_at, webhook.events) == (None, None)


def test_webhook_attempt_and_entry_stand_or_fall_together(sandbox, monkeypatch):
    def broken(**kwargs):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(services.audit, "record", broken)

    with pytest.raises(RuntimeError):
        create()

    assert not Webhook.objects.exists()
    assert Attempt.objects.get().state == "sending"  # a trace remains


def test_attempt_ends_only_once():
    attempt = Attempt.objects.begin(actor="ada", wanted=make_wanted())
    attempt.end(Attempt.State.UNKNOWN)

    with pytest.raises(AttemptEnded):
        attempt.end(Attempt.State.REFUSED)

    assert Attempt.objects.get().state == "unknown"


@pytest.mark.parametrize("state", ["created", "paused"])
def test_database_refuses_an_attempt_that_makes_no_sense(state):
    attempt = Attempt.objects.begin(actor="ada", wanted=make_wanted())

    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(state=state)
