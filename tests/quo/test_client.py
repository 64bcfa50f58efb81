"""The client against the sandbox: real HTTP, and every way in which it can go wrong."""

import logging

import pytest
from urllib3.util import connection

from quo_admin.quo import client as client_module
from quo_admin.quo import spec, transport
from quo_admin.quo.base_address import base_address
from quo_admin.quo.client import Client
from quo_admin.quo.exceptions import (
    NotAllowed,
    NotFound,
    QuoUnavailable,
)
from tests.factories import make_wanted
from tests.quo.conftest import API_KEY, RateLimiter

CREATE = f"POST {spec.MESSAGE_WEBHOOKS}"


def sent(sandbox):
    return [(call.method, call.path) for call in sandbox.calls.all()]


def labels(sandbox):
    return [webhook["label"] for webhook in sandbox.store.all("webhook")]


# What Quo can do


def test_created_webhook_is_returned_with_its_key(quo):
    webhook = quo.create_message_webhook(make_wanted(label="Desk"))

    assert webhook.label == "Desk"
    assert webhook.resource_ids == ("*",)
    assert len(webhook.key) == 44


def test_created_webhook_can_be_read_and_listed_with_its_key(quo):
    webhook = quo.create_message_webhook(make_wanted())

    assert quo.get_webhook(webhook.id) == webhook
    assert webhook in quo.list_webhooks()


def test_list_of_one_member_contains_only_their_webhooks(quo):
    members = [member.id for member in quo.list_users()]
    webhook = quo.create_message_webhook(make_wanted(user_id=members[-1]))

    assert webhook in quo.list_webhooks(members[-1])
    assert webhook not in quo.list_webhooks(members[0])


def test_deleted_webhook_no_longer_exists(quo):
    webhook = quo.create_message_webhook(make_wanted())

    quo.delete_webhook(webhook.id)

    with pytest.raises(NotFound):
        quo.get_webhook(webhook.id)
    with pytest.raises(NotFound):
        quo.delete_webhook(webhook.id)


def test_all_numbers_of_the_company_are_listed(quo):
    numbers = quo.list_phone_numbers()

    assert len(numbers) == 34
    assert "Front desk" in {number.name for number in numbers}


def test_members_are_listed_page_by_page(quo, sandbox, monkeypatch):
    monkeypatch.setattr(spec, "USERS_PAGE_MAX", 4)

    members = quo.list_users()

    assert len({member.id for member in members}) == 6
    assert len(sent(sandbox)) == 2


def test_endless_list_of_members_raises_an_error(quo, sandbox, monkeypatch):
    monkeypatch.setattr(client_module, "MOST_USER_PAGES", 3)
    sandbox.faults.add(
        "status", f"GET {spec.USERS}", times=3, status=200, body={"data": [], "nextPageToken": "x"}
    )

    with pytest.raises(QuoUnavailable, match="too many pages of members"):
        quo.list_users()


def test_id_with_special_characters_is_percent_encoded(quo, sandbox):
    with pytest.raises(NotFound):
        quo.get_webhook("WH?x=1#y%2f")

    assert sent(sandbox) == [("GET", f"{spec.WEBHOOKS}/WH%3Fx%3D1%23y%252f")]


# The key


def test_api_key_is_sent_unchanged_and_not_replaced_by_netrc(quo, sandbox, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    quo._transport._session.trust_env = True

    assert quo.list_phone_numbers()  # the sandbox takes this key alone


def test_api_key_is_not_in_logs_or_errors(quo, sandbox, caplog):
    caplog.set_level(logging.DEBUG)
    sandbox.faults.add("status", status=403, body={"message": f"no, {API_KEY}", "trace": API_KEY})

    with pytest.raises(NotAllowed) as caught:
        quo.list_phone_numbers()

    assert API_KEY not in caplog.text
    assert API_KEY not in str(caught.value)
    assert "[API key]" in str(caught.value)


def test_key_of_a_webhook_is_not_logged(quo, caplog):
    caplog.set_level(logging.DEBUG)

    webhook = quo.create_message_webhook(make_wanted())

    assert webhook.key not in caplog.text


@pytest.mark.parametrize(
    "url", ["http://api.quo.com", "ftp://x", "https://", "quo", "http://127.0.0.1.example"]
)
def test_base_address_rejects_plain_http_to_another_host(url):
    with pytest.raises(ValueError, match="https"):
        base_address(url)


def test_base_address_accepts_https_or_localhost():
    assert base_address("https://api.quo.com/") == "https://api.quo.com"
    assert base_address("http://[::1]:8100") == "http://[::1]:8100"


# Connections


def test_connection_is_reused(quo, sandbox, connections):
    quo.list_phone_numbers()
    quo.list_users()
    quo.create_message_webhook(make_wanted())

    assert len(connections) == 1


def test_write_does_not_reuse_an_idle_connection(sandbox, connections):
    now = [0.0]
    quo = Client(url=sandbox.url, key=API_KEY, rate_limiter=RateLimiter(), clock=lambda: now[0])
    quo.list_phone_numbers()
    now[0] += transport.WRITE_MAX_IDLE_S + 1

    quo.create_message_webhook(make_wanted())

    assert len(connections) == 2


def test_every_attempt_acquires_the_rate_limiter(quo, sandbox):
    sandbox.faults.add("status", CREATE, status=429, times=2)

    quo.create_message_webhook(make_wanted())

    assert quo._rate_limiter.taken == 3


@pytest.fixture
def connections(monkeypatch):
    """The addresses to which a connection was made, in order."""
    made = []
    create = connection.create_connection

    def noted(address, *args, **kwargs):
        made.append(address)
        return create(address, *args, **kwargs)

    monkeypatch.setattr(connection, "create_connection", noted)
    return made
