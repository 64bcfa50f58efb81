"""Every way in which Quo can be made to fail, as its caller meets it."""

import time
from pathlib import Path

import pytest
import requests

from quo_admin.sandbox.faults import KINDS
from quo_admin.sandbox.server import running

from .conftest import Caller

MESSAGES = "/v1/webhooks/messages"
WANTED = {"url": "https://example.com/texts", "events": ["message.received"], "label": "The one"}


def made(sandbox):
    return [doc for doc in sandbox.store.all("webhook") if doc["label"] == "The one"]


def create(call, **options):
    return call("POST", MESSAGES, json=WANTED, **options)


@pytest.mark.parametrize(
    ("kind", "webhooks"), [("no_response_before", 0), ("no_response_after", 1)]
)
def test_no_response_blocks_the_caller_until_its_timeout(sandbox, call, kind, webhooks):
    sandbox.faults.add(kind, on=f"POST {MESSAGES}")

    with pytest.raises(requests.ReadTimeout):
        create(call, timeout=0.3)

    assert len(made(sandbox)) == webhooks


def test_no_response_can_close_the_connection(sandbox, call):
    sandbox.faults.add("no_response_before", seconds=0.2)

    with pytest.raises(requests.ConnectionError, match="without response"):
        create(call)


@pytest.mark.parametrize(("kind", "webhooks"), [("reset_before", 0), ("reset_after", 1)])
def test_reset_is_reported_as_reset_by_peer(sandbox, call, kind, webhooks):
    sandbox.faults.add(kind)

    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        create(call)

    assert len(made(sandbox)) == webhooks


def test_reset_can_occur_in_the_middle_of_the_body(sandbox, call):
    sandbox.faults.add("reset_after", sent=40)

    answer = create(call, stream=True)

    assert answer.status_code == 201
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        answer.content  # noqa: B018
    assert len(made(sandbox)) == 1


def test_truncated_response_is_shorter_than_its_content_length(sandbox, call):
    sandbox.faults.add("truncated")

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        create(call)

    assert len(made(sandbox)) == 1


def test_malformed_response_is_201_without_json(sandbox, call):
    sandbox.faults.add("malformed")

    answer = create(call)

    assert answer.status_code == 201
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert len(made(sandbox)) == 1


def test_invalid_response_differs_as_configured(sandbox, call):
    sandbox.faults.add("odd", merge={"id": "odd id", "events": 7}, drop=["key"])

    odd = create(call).json()["data"]

    assert (odd["id"], odd["events"]) == ("odd id", 7)
    assert "key" not in odd
    assert odd["label"] == "The one"


def test_invalid_response_can_have_a_custom_body(sandbox, call):
    sandbox.faults.add("odd", body=[1, 2])

    assert create(call).json() == [1, 2]


def test_invalid_list_response_changes_every_item(sandbox, call):
    sandbox.faults.add("odd", on="GET /v1/webhooks", drop=["key"])

    assert not any("key" in doc for doc in call("GET", "/v1/webhooks").json()["data"])


def test_large_response_has_five_megabytes(sandbox, call):
    sandbox.faults.add("large")

    assert len(create(call).content) > 5_000_000


def test_slow_response_arrives_byte_by_byte(sandbox, call):
    sandbox.faults.add("slow", seconds=0.001)

    started = time.monotonic()
    answer = call("GET", "/v1/webhooks/WHabc123Kf")

    assert answer.json()["data"]["id"] == "WHabc123Kf"
    assert time.monotonic() - started > 0.3


@pytest.mark.parametrize(("after", "webhooks"), [(False, 0), (True, 1)])
def test_status_can_be_returned_before_or_after_the_change(sandbox, call, after, webhooks):
    sandbox.faults.add(
        "status", status=502, body="<h1>Bad gateway</h1>", content_type="text/html", after=after
    )

    answer = create(call)

    assert (answer.status_code, answer.text) == (502, "<h1>Bad gateway</h1>")
    assert len(made(sandbox)) == webhooks


def test_status_response_has_the_configured_headers(sandbox, call):
    sandbox.faults.add("status", status=429, headers={"Retry-After": "3"})

    answer = create(call)

    assert (answer.status_code, answer.content) == (429, b"")
    assert answer.headers["Retry-After"] == "3"


def test_redirect_points_to_the_given_url(sandbox, call):
    sandbox.faults.add("redirect", location="http://127.0.0.1:9/elsewhere")

    assert create(call).headers["Location"] == "http://127.0.0.1:9/elsewhere"


def test_late_webhook_appears_after_the_connection_was_dropped(sandbox, call):
    sandbox.faults.add("late", seconds=0.3)

    with pytest.raises(requests.ConnectionError):
        create(call)

    assert not made(sandbox)
    deadline = time.monotonic() + 5
    while not made(sandbox) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(made(sandbox)) == 1


def test_fault_applies_only_to_the_configured_requests(sandbox, call):
    sandbox.faults.add("status", on=f"POST {MESSAGES}", times=2)

    statuses = [call("GET", "/v1/webhooks").status_code]
    statuses += [create(call).status_code for _ in range(3)]

    assert statuses == [200, 500, 500, 201]


def test_fault_can_last_until_it_is_cleared(sandbox, call):
    sandbox.faults.add("status", times=None)
    before = [create(call).status_code for _ in range(3)]

    sandbox.faults.clear()

    assert before == [500, 500, 500]
    assert create(call).status_code == 201


def test_call_with_a_fault_is_recorded(sandbox, call):
    sandbox.faults.add("reset_before")

    with pytest.raises(requests.ConnectionError):
        create(call)

    assert [(each.method, each.path, each.status) for each in sandbox.calls.all()] == [
        ("POST", MESSAGES, None)
    ]


def test_control_endpoint_accepts_commands_and_reports_requests():
    with running(open_control=True) as sandbox:
        call = Caller(sandbox.url)
        orders = [{"on": "GET /v1/users", "kind": "status", "status": 503, "times": 2}]
        ordered = call("POST", "/_control/faults", json=orders)
        met = call("GET", "/v1/users")
        call("DELETE", "/_control/faults")
        healed = call("GET", "/v1/users")
        calls = call("GET", "/_control/calls").json()
        webhooks = call("GET", "/_control/webhooks").json()

    assert (ordered.status_code, met.status_code, healed.status_code) == (204, 503, 200)
    assert [each["status"] for each in calls] == [503, 200]
    assert len(webhooks) == 27


@pytest.mark.parametrize("order", [{"kind": "flood"}, {"kind": "late", "when": 3}, "late"])
def test_invalid_fault_configuration_is_rejected(order):
    with running(open_control=True) as sandbox:
        answer = Caller(sandbox.url)("POST", "/_control/faults", json=[order])

    assert answer.status_code == 400
    assert answer.json()["message"]


def test_control_endpoint_is_disabled_by_default(call):
    assert call("GET", "/_control/webhooks").status_code == 404


def test_every_kind_of_fault_is_tested():
    tried = Path(__file__).read_text()

    assert [kind for kind in KINDS if f'"{kind}"' not in tried] == []
