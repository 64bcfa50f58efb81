"""Fixtures for every test. The network is shut, but for this machine's own addresses."""

import socket

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client, TransactionTestCase

from quo_admin.audit import triggers
from quo_admin.sandbox import server

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            raise RuntimeError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True, scope="session")
def audit_log_can_be_emptied():
    """Take the audit log's triggers off while the tables are emptied after a transactional test."""
    teardown = TransactionTestCase._fixture_teardown

    def without_triggers(self):
        with triggers.temporarily_dropped():
            teardown(self)

    TransactionTestCase._fixture_teardown = without_triggers
    yield
    TransactionTestCase._fixture_teardown = teardown


PASSWORD = "correct horse battery staple"


@pytest.fixture
def sandbox(settings):
    """A local Quo of this test's own, which the product's settings point to."""
    with server.running(api_keys=[settings.QUO_API_KEY]) as sandbox:
        settings.QUO_API_URL = sandbox.url
        yield sandbox


@pytest.fixture
def person(db):
    """Make a person of a group: "Viewers", "Operators", "superuser", or None for no group."""

    def make(group, username="ada"):
        if group == "superuser":
            return User.objects.create_superuser(username, password=PASSWORD)
        user = User.objects.create_user(username, password=PASSWORD)
        if group:
            user.groups.add(Group.objects.get(name=group))
        return user

    return make


@pytest.fixture
def signed_in(person):
    """Return a browser in which a person of this group has just signed in by the page."""

    def sign_in(group, username="ada"):
        user = person(group, username)
        browser = Client()
        browser.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
        browser.user = user
        return browser

    return sign_in


@pytest.fixture
def operator(signed_in):
    return signed_in("Operators", "olga")


@pytest.fixture
def viewer(signed_in):
    return signed_in("Viewers", "vera")
