"""Every way in which a call can go wrong, over real HTTP: the right failure for each."""

import socket
import threading
from dataclasses import replace
from time import monotonic

import pytest
from urllib3.util import connection

from quo_admin.quo import retry, spec, transport
from quo_admin.quo.client import Client
from quo_admin.quo.exceptions import (
    KeyRejected,
    NotAllowed,
    NotFound,
    NotSent,
    OutcomeUnknown,
    QuoRefused,
    QuoUnavailable,
    RateLimited,
    RateLimitWaitTooLong,
)
from tests.factories import make_wanted, webhook_json
from tests.quo.conftest import API_KEY, RateLimiter
from tests.quo.tls import tls_server

CREATE = f"POST {spec.MESSAGE_WEBHOOKS}"


def sent(sandbox):
    return [(call.method, call.path) for call in sandbox.calls.all()]


def labels(sandbox):
    return [webhook["label"] for webhook in sandbox.store.all("webhook")]


# Refusals: Quo answered no, and nothing changed


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, QuoRefused),
        (401, KeyRejected),
        (403, NotAllowed),
        (404, NotFound),
        (409, QuoRefused),
        (422, QuoRefused),
    ],
)
def test_rejected_create_is_not_retried(quo, sandbox, status, kind):
    sandbox.faults.add("status", CREATE, status=status, body={"message": "no", "trace": "19"})

    words = "Check QUO_API_KEY" if kind is KeyRejected else r"no \(trace 19\)"
    with pytest.raises(kind, match=words) as caught:
        quo.create_message_webhook(make_wanted())

    assert type(caught.value) is kind
    assert len(sent(sandbox)) == 1


def test_wrong_api_key_error_names_the_setting(sandbox):
    quo = Client(url=sandbox.url, key="wrong", rate_limiter=RateLimiter())

    with pytest.raises(KeyRejected, match=r"Quo rejected the API key\. Check QUO_API_KEY\."):
        quo.list_phone_numbers()


def test_validation_error_names_the_fields(quo):
    with pytest.raises(QuoRefused) as caught:
        quo.create_message_webhook(make_wanted(url="no address"))

    assert [field.path for field in caught.value.fault.fields] == ["/url"]


@pytest.mark.parametrize("body", ["", "slow down", "<h1>Too Many</h1>", {"message": "slow"}])
def test_rate_limited_create_is_retried_after_waiting(quo, sandbox, slept, body):
    sandbox.faults.add("status", CREATE, status=429, body=body, headers={"Retry-After": "2"})

    webhook = quo.create_message_webhook(make_wanted(label="After the limit"))

    assert slept == [2.0]
    assert quo._rate_limiter.held == [2.0]
    assert labels(sandbox).count("After the limit") == 1
    assert webhook.label == "After the limit"


def test_rate_limit_without_retry_after_waits_one_second(quo, sandbox, slept):
    sandbox.faults.add("status", CREATE, status=429)

    quo.create_message_webhook(make_wanted())

    assert slept == [1.0]


def test_long_retry_after_fails_immediately(quo, sandbox, slept):
    sandbox.faults.add("status", CREATE, status=429, headers={"Retry-After": "86400"})

    with pytest.raises(RateLimited):
        quo.create_message_webhook(make_wanted())

    assert slept == []
    assert len(sent(sandbox)) == 1


# Nothing was sent


def test_refused_connection_is_retried_and_then_reported_as_not_sent(slept):
    quo = Client(
        url=f"http://127.0.0.1:{free_port()}",
        key="k",
        rate_limiter=RateLimiter(),
        sleep=slept.append,
    )

    with pytest.raises(NotSent, match="Could not connect"):
        quo.create_message_webhook(make_wanted())

    assert len(slept) == retry.WRITE.tries - 1


def test_nothing_is_sent_to_a_server_with_an_untrusted_certificate(tmp_path):
    heard = []
    with tls_server(tmp_path, heard) as port:
        quo = Client(
            url=f"https://127.0.0.1:{port}",
            key=API_KEY,
            rate_limiter=RateLimiter(),
            sleep=lambda s: None,
        )

        with pytest.raises(NotSent):
            quo.create_message_webhook(make_wanted())

    assert heard == []


def test_nothing_is_sent_when_the_rate_limit_wait_is_too_long(sandbox):
    class NeverReady(RateLimiter):
        def acquire(self, at_most_s):
            raise RateLimitWaitTooLong("too many requests are waiting")

    quo = Client(url=sandbox.url, key=API_KEY, rate_limiter=NeverReady())

    with pytest.raises(RateLimitWaitTooLong):
        quo.create_message_webhook(make_wanted())

    assert sent(sandbox) == []


def test_connection_after_the_deadline_sends_nothing(monkeypatch, short, sandbox):
    connected = threading.Event()
    create = connection.create_connection

    def slow_name_server(*args, **kwargs):
        connected.wait(5)
        return create(*args, **kwargs)

    monkeypatch.setattr(connection, "create_connection", slow_name_server)
    monkeypatch.setattr(retry, "WRITE", replace(retry.WRITE, tries=1))
    quo = Client(url=sandbox.url, key=API_KEY, rate_limiter=RateLimiter())

    with pytest.raises(NotSent):
        quo.create_message_webhook(make_wanted(label="Too late"))
    connected.set()
    for thread in threading.enumerate():
        if thread.name.endswith("(_work)"):
            thread.join(5)

    assert "Too late" not in labels(sandbox)


# It may have happened


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "no_response_before"},
        {"kind": "no_response_after"},
        {"kind": "reset_before"},
        {"kind": "reset_after"},
        {"kind": "reset_after", "sent": 40},
        {"kind": "truncated"},
        {"kind": "malformed"},
        {"kind": "large"},
        {"kind": "slow", "seconds": 0.05},
        {"kind": "late", "seconds": 0.1},
        {"kind": "redirect", "location": "https://elsewhere.example/"},
        {"kind": "odd", "drop": ["id"]},
        {"kind": "odd", "merge": {"id": "WH/1"}},
        {"kind": "odd", "body": []},
        {"kind": "odd", "body": {"data": None}},
        {"kind": "status", "status": 200, "body": ""},
        {"kind": "status", "status": 408},
        {"kind": "status", "status": 500, "body": {"message": "x"}, "after": True},
        {
            "kind": "status",
            "status": 502,
            "body": "<h1>Bad gateway</h1>",
            "content_type": "text/html",
        },
        {"kind": "status", "status": 503, "headers": {"Retry-After": "1"}},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values())[:40],
)
def test_create_without_a_usable_response_is_unknown_and_not_retried(quo, sandbox, short, fault):
    sandbox.faults.add(on=CREATE, **fault)

    with pytest.raises(OutcomeUnknown):
        quo.create_message_webhook(make_wanted())

    assert sent(sandbox).count(("POST", spec.MESSAGE_WEBHOOKS)) == 1


def test_deadline_covers_the_entire_call_even_when_the_response_is_slow(quo, sandbox, short):
    sandbox.faults.add("slow", CREATE, seconds=0.2)
    began = monotonic()

    with pytest.raises(OutcomeUnknown):
        quo.create_message_webhook(make_wanted())

    assert monotonic() - began < 2


def test_client_works_after_a_lost_response(quo, sandbox, short):
    sandbox.faults.add("no_response_after", CREATE)
    with pytest.raises(OutcomeUnknown):
        quo.create_message_webhook(make_wanted(label="Lost"))

    assert "Lost" in {webhook.label for webhook in quo.list_webhooks()}


def test_created_webhook_with_invalid_fields_is_kept(quo, sandbox):
    sandbox.faults.add("odd", CREATE, drop=["key"], merge={"label": 7, "createdAt": "soon"})

    webhook = quo.create_message_webhook(make_wanted())

    assert webhook.id.startswith("WH")
    assert (webhook.key, webhook.label, webhook.created_at) == (None, None, None)


def test_lost_response_to_a_delete_is_unknown(quo, sandbox):
    webhook = quo.create_message_webhook(make_wanted())
    sandbox.faults.add("reset_after", "DELETE")

    with pytest.raises(OutcomeUnknown):
        quo.delete_webhook(webhook.id)


# Questions


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset_before"},
        {"kind": "truncated"},
        {"kind": "malformed"},
        {"kind": "large"},
        {"kind": "status", "status": 500, "body": ""},
        {"kind": "status", "status": 408},
        {"kind": "status", "status": 502, "body": "<p>Bad gateway", "content_type": "text/html"},
        {"kind": "redirect", "location": "https://elsewhere.example/"},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values())[:40],
)
def test_read_without_a_usable_response_raises_unavailable(quo, sandbox, fault):
    sandbox.faults.add(on=f"GET {spec.PHONE_NUMBERS}", times=3, **fault)

    with pytest.raises(QuoUnavailable):
        quo.list_phone_numbers()

    sandbox.faults.clear()
    assert len(quo.list_phone_numbers()) == 34


def test_read_succeeds_on_the_second_attempt(quo, sandbox, slept):
    sandbox.faults.add("status", f"GET {spec.PHONE_NUMBERS}", status=503)

    assert len(quo.list_phone_numbers()) == 34
    assert len(slept) == 1


def test_list_with_an_unreadable_webhook_is_rejected(quo, sandbox):
    body = {"data": [webhook_json(), {"id": None}]}
    sandbox.faults.add("status", f"GET {spec.WEBHOOKS}", status=200, body=body)

    with pytest.raises(QuoUnavailable):
        quo.list_webhooks()


def test_list_larger_than_other_responses_is_read(quo, sandbox, monkeypatch):
    monkeypatch.setattr(transport, "MAX_RESPONSE_BYTES", 10_000)
    body = {"data": [webhook_json(id=f"WH{n}") for n in range(100)]}
    sandbox.faults.add("status", f"GET {spec.WEBHOOKS}", status=200, body=body)

    assert [webhook.id for webhook in quo.list_webhooks()] == [f"WH{n}" for n in range(100)]

    sandbox.faults.add("status", f"GET {spec.USERS}", status=200, body=body, times=3)
    with pytest.raises(QuoUnavailable):
        quo.list_users()


def test_list_larger_than_its_own_limit_is_rejected(quo, sandbox, monkeypatch):
    monkeypatch.setattr(transport, "MAX_LIST_BYTES", 10_000)
    body = {"data": [webhook_json(id=f"WH{n}") for n in range(100)]}
    sandbox.faults.add("status", f"GET {spec.WEBHOOKS}", status=200, body=body, times=3)

    with pytest.raises(QuoUnavailable):
        quo.list_webhooks()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
