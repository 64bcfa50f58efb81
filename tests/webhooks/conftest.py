"""A webhook that Quo and we know, and silence that does not take long."""

from dataclasses import replace

import pytest

from quo_admin.quo import retry
from quo_admin.quo.types import WebhookData
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.services.store import store
from tests.factories import NOON


@pytest.fixture
def webhook(sandbox, db):
    """A webhook of the sandbox's company, as we know it here."""
    store(WebhookData.from_json(sandbox.store.all("webhook")[0]), now=NOON)
    return Webhook.objects.get()


@pytest.fixture
def short(monkeypatch):
    """Half a second for an exchange."""
    for name in ("WRITE", "BRIEF"):
        monkeypatch.setattr(retry, name, replace(getattr(retry, name), call_s=0.5, tries=1))
