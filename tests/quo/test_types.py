from datetime import UTC, datetime

import pytest

from quo_admin.quo.json_values import Unreadable
from quo_admin.quo.types import MemberData, NumberData, WebhookData
from tests.factories import KEY, make_wanted, webhook_json


def read(**changes):
    return WebhookData.from_json(webhook_json(**changes))


def test_response_fields_are_parsed():
    webhook = read(id="WH1", deletedAt="2026-11-22T13:00:00+01:00")

    assert (webhook.id, webhook.label, webhook.key) == ("WH1", "Support desk", KEY)
    assert webhook.events == ("message.received",)
    assert webhook.deleted_at == datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_unknown_fields_and_events_are_accepted():
    webhook = read(events=["task.assigned"], colour="green")

    assert webhook.events == ("task.assigned",)


def test_key_is_not_in_repr():
    assert KEY not in repr(read())


@pytest.mark.parametrize("odd", [7, True, [], {}, None])
def test_field_with_an_invalid_type_is_none(odd):
    webhook = read(label=odd, url=odd, key=odd, status=odd, createdAt=odd)

    assert (webhook.label, webhook.url, webhook.key, webhook.status) == (None, None, None, None)
    assert webhook.created_at is None


def test_missing_field_is_none():
    webhook = WebhookData.from_json({"id": "WH1"})

    assert (webhook.key, webhook.events, webhook.resource_ids) == (None, None, None)


@pytest.mark.parametrize("odd", ["PN1", [1], [None], {"0": "PN1"}])
def test_list_with_non_string_values_is_none(odd):
    assert read(resourceIds=odd).resource_ids is None


def test_nul_and_lone_surrogates_become_the_replacement_character():
    webhook = read(label="a\x00b\ud800c", events=["x\x00"])

    assert webhook.label == "a\ufffdb\ufffdc"
    assert webhook.events == ("x\ufffd",)


@pytest.mark.parametrize(
    "odd",
    [
        "yesterday",
        "2026-11-22",
        "2026-11-22T12:00:00",  # no offset, so it cannot be turned into UTC
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_date_without_a_utc_value_is_none(odd):
    assert read(createdAt=odd).created_at is None


@pytest.mark.parametrize(
    "odd",
    [
        None,
        7,
        "",
        "WH",
        "PN1",
        "wh1",
        "WH 1",
        "WH/1",
        "WH1\n",
        "WH1\x00",
        "WH\ud800",
        "WH" + "x" * 254,
    ],
)
def test_webhook_with_an_invalid_id_is_rejected(odd):
    with pytest.raises(Unreadable):
        read(id=odd)


def test_id_with_255_characters_is_accepted():
    assert read(id="WH" + "x" * 253).id.endswith("x")


@pytest.mark.parametrize("odd", [None, [], "WH1", 1])
def test_value_that_is_not_an_object_is_rejected(odd):
    with pytest.raises(Unreadable):
        WebhookData.from_json(odd)


def test_number_and_member_are_parsed_with_missing_or_invalid_fields():
    number = NumberData.from_json({"id": "PN1", "users": [{"id": "US1"}, {"id": 7}, "x"]})
    member = MemberData.from_json({"id": "US1", "firstName": None, "lastName": "Ortiz"})

    assert (number.name, number.member_ids) == (None, ("US1",))
    assert (member.first_name, member.last_name) == (None, "Ortiz")


def test_number_with_invalid_users_has_no_members():
    assert NumberData.from_json({"id": "PN1", "users": {"id": "US1"}}).member_ids == ()


def test_request_omits_unset_fields():
    assert make_wanted().to_json() == {
        "events": ["message.received"],
        "resourceIds": ["*"],
        "status": "enabled",
        "url": "https://example.com/quo",
    }


def test_request_uses_the_documented_property_names():
    body = make_wanted(label="Desk", user_id="US1").to_json()

    assert (body["label"], body["userId"]) == ("Desk", "US1")
