"""A client that is alone with a sandbox of its own."""

from dataclasses import replace

import pytest

from quo_admin.quo import retry
from quo_admin.quo.client import Client
from quo_admin.sandbox import server

API_KEY = "sandbox-api-key-0123456789"


class RateLimiter:
    """The rate limit of one caller who is alone: no waiting, and a note of what was held."""

    def __init__(self):
        self.taken = 0
        self.held = []

    def acquire(self, at_most_s):
        self.taken += 1

    def pause(self, seconds):
        self.held.append(seconds)


@pytest.fixture
def sandbox():
    with server.running(api_keys=[API_KEY]) as sandbox:
        yield sandbox


@pytest.fixture
def slept():
    return []


@pytest.fixture
def quo(sandbox, slept):
    return Client(url=sandbox.url, key=API_KEY, rate_limiter=RateLimiter(), sleep=slept.append)


@pytest.fixture
def short(monkeypatch):
    """Half a second for an exchange, so that silence does not take long."""
    monkeypatch.setattr(retry, "WRITE", replace(retry.WRITE, call_s=0.5))
    monkeypatch.setattr(retry, "READ", replace(retry.READ, call_s=0.5, tries=1))
