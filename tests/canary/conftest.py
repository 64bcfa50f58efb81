"""Plants the secrets, and looks at all that was written when a test is over."""

import time

import pytest

from quo_admin.sandbox import operations
from tests.canary import net as canary
from tests.canary.net import Browser, Net
from tests.conftest import PASSWORD


@pytest.fixture(autouse=True)
def canary_secrets(settings, monkeypatch):
    settings.SECRET_KEY = canary.SECRET_KEY
    settings.FIELD_KEYS = [canary.FIELD_KEY]
    settings.QUO_API_KEY = canary.API_KEY
    monkeypatch.setattr(operations, "new_key", lambda: canary.KEY)


@pytest.fixture
def net(canary_secrets, db):
    net = Net()
    with canary.capture_logs(net):
        yield net


@pytest.fixture
def no_secret_leaks(net):
    """Look at everything that was written meanwhile, once the test is over."""
    yield
    net.check_database()
    net.check_mail()
    assert net.caught == []
    assert net.looked_at > 100


@pytest.fixture
def sign_in(net, person):
    def sign_in(kind, username="ada"):
        browser = Browser(net)
        if kind != "nobody":
            person(None if kind == "no group" else kind, username)
            browser.post("/accounts/login/", {"login": username, "password": PASSWORD})
        return browser

    return sign_in


@pytest.fixture
def operator(sign_in):
    return sign_in("Operators", "olga")


@pytest.fixture
def hours_later(monkeypatch):
    """Let the sign-in grow stale."""

    def resume():
        now = time.time() + 3600
        monkeypatch.setattr(time, "time", lambda: now)

    return resume
