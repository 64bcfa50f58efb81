"""A webhook that Quo and we know, and silence that does not take long."""

from dataclasses import replace

import pytest

from quo_admin.quo import rate_limiter, retry
from quo_admin.quo.types import WebhookData
from quo_admin.sandbox import rate_limit
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.store import store
from quo_admin.workspace import services
from tests.factories import NOON
from tests.webhooks.synced import know_all


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


@pytest.fixture
def no_limit(monkeypatch):
    """Let many calls a second, for tests that sync more than once."""
    monkeypatch.setattr(rate_limiter, "GAP_S", 0.001)
    monkeypatch.setattr(rate_limit, "PER_SECOND", 1000)
    monkeypatch.setattr(retry, "pause_before_retry", lambda attempt, jitter: 0.0)
    monkeypatch.setattr(services, "LOOK_EVERY_S", 0.01)


@pytest.fixture
def company(sandbox, db, no_limit):
    """The sandbox's company, of which all is known here and in sync."""
    know_all(sandbox)
    return sandbox
