import pytest

from quo_admin.audit.models import Entry
from quo_admin.quo import spec
from quo_admin.webhooks.inventory import services
from quo_admin.webhooks.inventory.services import Gone
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.models import Webhook
from tests.factories import NOON

pytestmark = pytest.mark.django_db
DELETE = f"DELETE {spec.WEBHOOKS}/"
LOOK = f"GET {spec.WEBHOOKS}/"


def delete(webhook):
    return services.delete_webhook(actor="ada", webhook=webhook)


def audit_log():
    mine = Entry.objects.filter(actor__in=["ada", "ben"]).order_by("number")
    return list(mine.values_list("action", flat=True))


def sent(sandbox):
    return [call.method for call in sandbox.calls.all()]


def at_quo(sandbox, webhook):
    return sandbox.store.get("webhook", webhook.quo_id) is not None


def unchanged(webhook):
    row = Webhook.objects.get(pk=webhook.pk)
    return vars(row) | {"_state": None} == vars(webhook) | {"_state": None}


# It is gone


def test_deleted_webhook_is_deleted_at_quo_and_marked_with_the_user(sandbox, webhook):
    how = delete(webhook)

    row = Webhook.objects.get()
    assert how == Gone.DELETED
    assert not at_quo(sandbox, webhook)
    assert (row.missing_since, row.deleted_by) == (webhook.missing_since, "ada")
    assert row not in Webhook.objects.live()
    assert audit_log() == ["webhook.delete_started", "webhook.deleted"]


def test_deleted_webhook_keeps_its_key_numbers_and_fields(sandbox, webhook):
    before = Webhook.objects.get()
    subscriptions = webhook.subscriptions.count()

    delete(webhook)

    row = Webhook.objects.get()
    assert sealing.unseal(row.key_sealed) == sealing.unseal(before.key_sealed)
    assert (row.label, row.url, row.events) == (before.label, before.url, before.events)
    assert (row.last_seen_at, row.first_seen_at) == (NOON, NOON)
    assert row.subscriptions.count() == subscriptions > 0


@pytest.mark.parametrize("kind", ["not-created-here", "changed", "key-changed"])
def test_deleting_a_webhook_clears_its_drift(sandbox, webhook, kind):
    Webhook.objects.update(drift=kind, drift_since=NOON, drift_details=[["label", "Desk", "Other"]])

    delete(webhook)

    row = Webhook.objects.get()
    assert (row.drift, row.drift_since, row.drift_details) == ("", None, [])


def test_webhook_that_quo_no_longer_has_counts_as_already_deleted(sandbox, webhook):
    sandbox.store.delete("webhook", webhook.quo_id)

    how = delete(webhook)

    assert how == Gone.ALREADY
    assert Webhook.objects.get().deleted_by == "ada"
    assert Entry.objects.get(action="webhook.deleted").after == "was already deleted at Quo"


def test_missing_webhook_is_not_requested_again(sandbox, webhook):
    delete(webhook)

    how = services.delete_webhook(actor="ben", webhook=webhook)

    assert how == Gone.ALREADY
    assert Webhook.objects.get().deleted_by == "ada"
    assert sent(sandbox) == ["DELETE"]
    assert audit_log() == ["webhook.delete_started", "webhook.deleted"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "no_response_after"},
        {"kind": "reset_after"},
        {"kind": "slow", "seconds": 0.2},
        {"kind": "status", "status": 500, "body": {"message": "x"}, "after": True},
        {"kind": "status", "status": 502, "body": "<h1>Bad gateway</h1>", "after": True},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values())[:40],
)
def test_lost_response_is_reconciled_by_one_check(sandbox, webhook, short, fault):
    sandbox.faults.add(on=DELETE, **fault)

    how = delete(webhook)

    assert how == Gone.DELETED
    assert sent(sandbox) == ["DELETE", "GET"]
    assert Webhook.objects.get().deleted_by == "ada"
    assert audit_log() == ["webhook.delete_started", "webhook.deleted"]


@pytest.mark.parametrize("fault", ["truncated", "malformed"])
def test_response_without_content_can_be_truncated(sandbox, webhook, fault):
    sandbox.faults.add(fault, DELETE)

    assert delete(webhook) == Gone.DELETED


def test_row_with_deleted_at_is_missing_too(sandbox, webhook, short):
    sandbox.faults.add("reset_before", DELETE)
    sandbox.faults.add("odd", LOOK, merge={"deletedAt": "2026-11-22T12:00:00.000Z"})

    assert delete(webhook) == Gone.DELETED
    assert Webhook.objects.get().deleted_by == "ada"


def test_delete_waits_for_short_rate_limit(sandbox, webhook):
    sandbox.faults.add("status", DELETE, status=429, headers={"Retry-After": "0"})

    assert delete(webhook) == Gone.DELETED


# It is still there


@pytest.mark.parametrize("status", [400, 401, 403, 409, 422])
def test_refused_delete_changes_nothing_and_gives_the_reason(sandbox, webhook, status):
    sandbox.faults.add("status", DELETE, status=status, body={"message": "no", "trace": "19"})

    words = "Check QUO_API_KEY" if status == 401 else r"no \(trace 19\)"
    with pytest.raises(services.WebhookNotDeleted, match=words) as caught:
        delete(webhook)

    assert caught.value.fault.trace == "19"
    assert unchanged(webhook)
    assert at_quo(sandbox, webhook)
    assert sent(sandbox) == ["DELETE"]
    assert audit_log() == ["webhook.delete_started", "webhook.delete_refused"]


def test_delete_fails_when_rate_limit_lasts_a_day(sandbox, webhook):
    sandbox.faults.add("status", DELETE, status=429, headers={"Retry-After": "86400"})

    with pytest.raises(services.WebhookNotDeleted):
        delete(webhook)

    assert unchanged(webhook)


@pytest.mark.parametrize("setting", [{"QUO_API_URL": "http://127.0.0.1:9"}, {"QUO_API_KEY": ""}])
def test_delete_that_was_not_sent_changes_nothing(webhook, settings, short, setting):
    for name, value in setting.items():
        setattr(settings, name, value)

    with pytest.raises(services.WebhookNotDeleted, match=r"Could not connect|no API key"):
        delete(webhook)

    assert unchanged(webhook)
    assert audit_log() == ["webhook.delete_started", "webhook.delete_refused"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "no_response_before"},
        {"kind": "reset_before"},
        {"kind": "late", "seconds": 60},
        {"kind": "redirect", "location": "https://elsewhere.example/"},
        {"kind": "status", "status": 408},
        {"kind": "status", "status": 500, "body": {"message": "x", "trace": "19"}},
        {"kind": "status", "status": 502, "body": "<h1>Bad gateway</h1>"},
        {"kind": "status", "status": 503, "headers": {"Retry-After": "1"}},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values())[:40],
)
def test_webhook_that_a_check_still_finds_is_not_marked_deleted(sandbox, webhook, short, fault):
    sandbox.faults.add(on=DELETE, **fault)

    with pytest.raises(services.WebhookNotDeleted, match="still exists"):
        delete(webhook)

    assert unchanged(webhook)
    assert sent(sandbox) == ["DELETE", "GET"]
    assert audit_log() == ["webhook.delete_started", "webhook.delete_refused"]


# Nobody knows


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "no_response_before"},
        {"kind": "reset_after"},
        {"kind": "truncated"},
        {"kind": "malformed"},
        {"kind": "large"},
        {"kind": "slow", "seconds": 0.2},
        {"kind": "odd", "drop": ["id"]},
        {"kind": "odd", "body": []},
        {"kind": "status", "status": 200, "body": ""},
        {"kind": "status", "status": 401, "body": {"error": {"message": "Unauthorized"}}},
        {"kind": "status", "status": 403},
        {"kind": "status", "status": 429},
        {"kind": "status", "status": 500},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values())[:40],
)
def test_lost_response_and_failed_check_leave_deletion_unknown(sandbox, webhook, short, fault):
    sandbox.faults.add("reset_before", DELETE)
    sandbox.faults.add(on=LOOK, **fault)

    with pytest.raises(services.DeletionUnknown, match="may or may not be deleted"):
        delete(webhook)

    assert unchanged(webhook)
    assert sent(sandbox) == ["DELETE", "GET"]
    assert audit_log() == ["webhook.delete_started", "webhook.delete_unknown"]


def test_unknown_deletion_is_resolved_by_deleting_again(sandbox, webhook, short):
    sandbox.faults.add("reset_after", DELETE)
    sandbox.faults.add("status", LOOK, status=500)
    with pytest.raises(services.DeletionUnknown):
        delete(webhook)

    assert delete(webhook) == Gone.ALREADY
