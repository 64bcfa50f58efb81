"""What the sandbox answers, as a client of Quo's would read it."""

import base64
import re

import pytest

from quo_admin.sandbox.server import running

from .conftest import Caller

MESSAGES = "/v1/webhooks/messages"
WANTED = {"url": "https://example.com/texts", "events": ["message.received"]}


def test_created_webhook_echoes_the_request(call):
    wanted = WANTED | {
        "label": "Support desk",
        "resourceIds": ["PNktReTtZBw"],
        "status": "disabled",
        "userId": "US5bSd9q",
    }

    answer = call("POST", MESSAGES, json=wanted)

    assert answer.status_code == 201
    made = answer.json()["data"]
    assert wanted.items() <= made.items()
    assert re.fullmatch("WH[A-Za-z0-9]{10}", made["id"])
    assert len(base64.b64decode(made["key"])) == 32


def test_created_webhook_defaults_to_the_owner_and_all_numbers(call):
    made = call("POST", MESSAGES, json=WANTED).json()["data"]

    assert made["userId"] == "US4kQm81"
    assert made["resourceIds"] == ["*"]
    assert made["status"] == "enabled"
    assert made["label"] is None


def test_repeated_request_creates_a_second_webhook(call):
    first, second = (call("POST", MESSAGES, json=WANTED).json()["data"] for _ in range(2))

    assert first["id"] != second["id"]
    assert first["key"] != second["key"]


def test_list_shows_one_members_webhooks_with_their_keys(call):
    owners = call("GET", "/v1/webhooks").json()["data"]
    sams = call("GET", "/v1/webhooks?userId=US5bSd9q").json()["data"]

    assert {webhook["userId"] for webhook in owners} == {"US4kQm81"}
    assert len(sams) == 6
    assert all(webhook["key"] for webhook in owners + sams)


def test_deleted_webhook_returns_404(call):
    first = call("DELETE", "/v1/webhooks/WHabc123Kf")

    assert (first.status_code, first.content) == (204, b"")
    assert call("GET", "/v1/webhooks/WHabc123Kf").status_code == 404
    assert call("DELETE", "/v1/webhooks/WHabc123Kf").status_code == 404


def test_members_are_paginated_until_there_is_no_token(call):
    first = call("GET", "/v1/users?maxResults=4").json()
    token = first["nextPageToken"]
    second = call("GET", f"/v1/users?maxResults=4&pageToken={token}").json()

    assert (len(first["data"]), len(second["data"])) == (4, 2)
    assert second["nextPageToken"] is None


def test_numbers_can_be_listed_filtered_by_member_and_read_by_id(call):
    every = call("GET", "/v1/phone-numbers").json()["data"]
    toms = call("GET", "/v1/phone-numbers?userId=US2yTk7h").json()["data"]
    one = call("GET", "/v1/phone-numbers/PNktReTtZBw").json()["data"]

    assert (len(every), len(toms)) == (34, 4)
    assert (one["name"], one["number"]) == ("Front desk", "+14155550134")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"url": "two words"}, "/url"),
        ({"events": ["call.ringing"]}, "/events/0"),
        ({"resourceIds": ["PNktReTtZBw", "*"]}, "/resourceIds"),
        ({"resourceIds": "*"}, "/resourceIds"),
        ({"label": None}, "/label"),
        ({"status": "paused"}, "/status"),
        ({"userId": "ortiz"}, "/userId"),
    ],
)
def test_invalid_body_is_rejected_with_the_path_of_the_error(call, changes, path):
    answer = call("POST", MESSAGES, json=WANTED | changes)

    assert answer.status_code == 400
    fault = answer.json()
    assert fault["message"].startswith(f"{path}: ")
    assert [error["path"] for error in fault["errors"]] == [path]
    assert fault["errors"][0]["schema"]["type"]
    assert re.fullmatch(r"\d{19}", fault["trace"])


def test_every_missing_property_is_reported(call):
    answer = call("POST", MESSAGES, json={})

    assert [error["path"] for error in answer.json()["errors"]] == ["/events", "/url"]


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"NaN", b"[" * 100_000, b"\xff"])
def test_body_that_is_not_an_object_is_rejected(call, body):
    assert call("POST", MESSAGES, data=body).status_code == 400


@pytest.mark.parametrize("changes", [{"resourceIds": ["PNnobodys"]}, {"userId": "USnobody"}])
def test_unknown_number_or_member_returns_404(call, changes):
    answer = call("POST", MESSAGES, json=WANTED | changes)

    assert answer.status_code == 404
    assert answer.json()["title"] == "Not Found"


@pytest.mark.parametrize("method", ["PATCH", "PUT", "POST"])
def test_webhook_cannot_be_edited(call, method):
    answer = call(method, "/v1/webhooks/WHabc123Kf", json={"status": "enabled"})

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert f"Cannot {method} /v1/webhooks/WHabc123Kf" in answer.text


def test_missing_and_wrong_key_have_different_error_messages():
    with running(api_keys=["right"]) as sandbox:
        answers = [Caller(sandbox.url, key)("GET", "/v1/users") for key in (None, "wrong", "right")]

    assert [answer.status_code for answer in answers] == [401, 401, 200]
    missing, wrong = (answer.json()["error"] for answer in answers[:2])
    assert missing["message"] == "Missing authorization header"
    assert wrong["message"] == wrong["key"] == "Unauthorized"
