import pytest

from quo_admin.webhooks.inventory.coverage_loss import coverage_loss
from tests.factories import make_number, make_webhook

pytestmark = pytest.mark.django_db
BOTH = ["message.received", "message.delivered"]


def lost(webhook):
    return ["".join(part.text for part in parts) for parts in coverage_loss(webhook).sentences]


@pytest.fixture
def numbers():
    names = {"PN1": "Front desk", "PN2": "Billing", "PN3": "Sales"}
    return [make_number(id=id, name=name) for id, name in names.items()]


def test_numbers_covered_only_by_this_webhook_are_listed_as_lost(numbers):
    webhook = make_webhook(resourceIds=["PN1", "PN2", "PNnew"])

    assert lost(webhook) == [
        "Messages received by Front desk, Billing and PNnew will not be covered by any webhook."
    ]


def test_each_set_of_numbers_has_its_own_sentence(numbers):
    webhook = make_webhook(events=BOTH, resourceIds=["PN1", "PN2"])
    make_webhook(events=["message.delivered"], resourceIds=["PN1"])

    assert lost(webhook) == [
        "Messages received by Front desk and Billing will not be covered by any webhook.",
        "Messages delivered from Billing will not be covered by any webhook.",
    ]


def test_events_that_lose_the_same_numbers_share_a_sentence(numbers):
    webhook = make_webhook(events=BOTH, resourceIds=["PN1"])

    assert lost(webhook) == [
        "Messages received by and delivered from Front desk will not be covered by any webhook."
    ]


def test_coverage_by_another_webhook_is_not_lost(numbers):
    named, starred = make_webhook(resourceIds=["PN1"]), make_webhook(resourceIds=["*"])
    make_webhook(resourceIds=["PN1", "PN2"])

    assert lost(named) == []
    assert lost(starred) == [
        "Messages received by 1 of 3 numbers and of numbers added later "
        "will not be covered by any webhook."
    ]


def test_loss_of_all_numbers_is_shown_as_a_count(numbers):
    assert lost(make_webhook(resourceIds=["*"])) == [
        "Messages received by all numbers (3 now, and numbers added later) "
        "will not be covered by any webhook."
    ]


def test_loss_of_numbers_added_later_is_reported(numbers):
    starred = make_webhook(resourceIds=["*"])
    make_webhook(resourceIds=["PN1", "PN2", "PN3"])

    assert lost(starred) == [
        "Messages received by numbers added later will not be covered by any webhook."
    ]


def test_second_webhook_on_all_numbers_prevents_loss(numbers):
    starred = make_webhook(resourceIds=["*"])
    make_webhook(resourceIds=["*"])

    assert lost(starred) == []


@pytest.mark.parametrize(
    "other",
    [
        {"status": "disabled"},
        {"status": None},
        {"deletedAt": "2026-11-22T00:00:00Z"},
        {"events": ["message.delivered"]},
        {"resourceIds": ["PN2"]},
    ],
    ids=str,
)
def test_webhook_with_other_deliveries_does_not_prevent_loss(numbers, other):
    webhook = make_webhook(resourceIds=["PN1"])
    make_webhook(**({"resourceIds": ["PN1"]} | other))

    assert lost(webhook) == ["Messages received by Front desk will not be covered by any webhook."]


@pytest.mark.parametrize(
    "changes", [{"status": "disabled"}, {"events": []}, {"resourceIds": []}], ids=str
)
def test_webhook_that_sends_nothing_causes_no_loss(changes):
    values = coverage_loss(make_webhook(**changes))

    assert (values.sentences, values.summary) == (
        [],
        "This webhook sends nothing, so coverage does not change.",
    )


@pytest.mark.parametrize("name", ["events", "resourceIds"])
def test_missing_webhook_fields_make_the_loss_unknown(name):
    values = coverage_loss(make_webhook(**{name: None}))

    assert not values.sentences
    assert "effect on coverage is unknown" in values.summary


def test_loss_of_other_event_types_is_reported():
    webhook = make_webhook(events=["call.completed"], resourceIds=["PN1"])

    assert lost(webhook) == ["Events call.completed of PN1 will not be covered by any webhook."]
