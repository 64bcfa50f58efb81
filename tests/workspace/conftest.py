"""Syncs that need not wait: for turns, between looks, or before asking again."""

import pytest

from quo_admin.quo import rate_limiter, retry
from quo_admin.sandbox import rate_limit
from quo_admin.workspace import services


@pytest.fixture(autouse=True)
def no_limit(monkeypatch):
    monkeypatch.setattr(rate_limiter, "GAP_S", 0.001)
    monkeypatch.setattr(rate_limit, "PER_SECOND", 1000)
    monkeypatch.setattr(retry, "pause_before_retry", lambda attempt, jitter: 0.0)
    monkeypatch.setattr(services, "LOOK_EVERY_S", 0.01)
