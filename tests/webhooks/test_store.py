from datetime import timedelta

import pytest

from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.store import store
from tests.factories import NOON, make_webhook, make_webhook_data

pytestmark = pytest.mark.django_db


def test_latest_response_replaces_fields_but_keeps_key_if_missing():
    webhook = make_webhook(id="WH1", label="Old", resourceIds=["PN1", "PN2"])
    sealed = bytes(webhook.key_sealed)

    later = make_webhook_data(id="WH1", label=None, resourceIds=["PN2"], key=None)
    store(later, now=NOON + timedelta(days=1))

    webhook.refresh_from_db()
    assert webhook.label is None
    assert bytes(webhook.key_sealed) == sealed
    assert (webhook.first_seen_at, webhook.created_by) == (NOON, "")
    assert list(webhook.subscriptions.values_list("resource_id", flat=True)) == ["PN2"]


# One that was gone


@pytest.fixture
def gone():
    make_webhook(id="WH1")
    Webhook.objects.update(missing_since=NOON, deleted_by="ada")


def store_response_again(*, now, **changes):
    store(make_webhook_data(id="WH1", **changes), now=now)
    return Webhook.objects.get()


@pytest.mark.usefixtures("gone")
def test_webhook_that_quo_returns_again_is_restored():
    again = store_response_again(now=NOON + timedelta(seconds=1))

    assert again == Webhook.objects.live().get()
    assert (again.missing_since, again.deleted_by) == (None, "")


@pytest.mark.usefixtures("gone")
def test_response_from_before_the_deletion_does_not_restore_webhook():
    again = store_response_again(now=NOON - timedelta(seconds=1))

    assert (again.missing_since, again.deleted_by) == (NOON, "ada")


@pytest.mark.usefixtures("gone")
def test_deleted_response_keeps_the_webhook_missing_and_the_user():
    again = store_response_again(now=NOON + timedelta(days=1), deletedAt=NOON.isoformat())

    assert (again.missing_since, again.deleted_by) == (NOON, "ada")


def test_webhook_deleted_at_quo_is_missing_without_a_user():
    make_webhook(id="WH1")
    later = NOON + timedelta(days=1)

    again = store_response_again(now=later, deletedAt=NOON.isoformat())

    assert (again.missing_since, again.deleted_by, again.deleted_at) == (later, "", NOON)
