from datetime import timedelta

import pytest

from quo_admin.webhooks.services.store import store
from tests.factories import NOON, make_webhook, make_webhook_data

pytestmark = pytest.mark.django_db


def test_quos_latest_word_is_written_over_ours_and_its_silence_keeps_the_key():
    webhook = make_webhook(id="WH1", label="Old", resourceIds=["PN1", "PN2"])
    sealed = bytes(webhook.key_sealed)

    later = make_webhook_data(id="WH1", label=None, resourceIds=["PN2"], key=None)
    store(later, made_by="eve", now=NOON + timedelta(days=1))

    webhook.refresh_from_db()
    assert webhook.label is None
    assert bytes(webhook.key_sealed) == sealed
    assert (webhook.first_seen_at, webhook.made_by) == (NOON, "")
    assert list(webhook.subscriptions.values_list("resource_id", flat=True)) == ["PN2"]
