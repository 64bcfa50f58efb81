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


def test_numbers_that_only_this_webhook_covers_are_lost_by_name(numbers):
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


def test_what_another_webhook_covers_by_name_or_by_star_is_not_lost(numbers):
    named, starred = make_webhook(resourceIds=["PN1"]), make_webhook(resourceIds=["*"])
    make_webhook(resourceIds=["PN1", "PN2"])

    assert lost(named) == []
    assert lost(starred) == [
        "Messages received by 1 of 3 numbers and of numbers added later "
        "will not be covered by any webhook."
    ]


def test_star_is_lost_as_a_sum(numbers):
    assert lost(make_webhook(resourceIds=["*"])) == [
        "Messages received by all numbers (3 now, and numbers added later) "
        "will not be covered by any webhook."
    ]


def test_numbers_bought_later_are_lost_where_only_a_star_would_have_them(numbers):
    starred = make_webhook(resourceIds=["*"])
    make_webhook(resourceIds=["PN1", "PN2", "PN3"])

    assert lost(starred) == [
        "Messages received by numbers added later will not be covered by any webhook."
    ]


def test_star_beside_a_star_loses_nothing(numbers):
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
def test_webhook_that_does_not_send_the_same_takes_nothing_over(numbers, other):
    webhook = make_webhook(resourceIds=["PN1"])
    make_webhook(**({"resourceIds": ["PN1"]} | other))

    assert lost(webhook) == ["Messages received by Front desk will not be covered by any webhook."]


@pytest.mark.parametrize(
    "changes", [{"status": "disabled"}, {"events": []}, {"resourceIds": []}], ids=str
)
def test_webhook_that_sends_nothing_takes_nothing_away(changes):
    values = coverage_loss(make_webhook(**changes))

    assert (values.sentences, values.summary) == (
        [],
        "This webhook sends nothing, so coverage does not change.",
    )


@pytest.mark.parametrize("name", ["events", "resourceIds"])
def test_webhook_that_quo_does_not_return_leaves_the_attempt_unknown(name):
    values = coverage_loss(make_webhook(**{name: None}))

    assert not values.sentences
    assert "effect on coverage is unknown" in values.summary


def test_webhook_of_another_family_loses_its_own_events():
    webhook = make_webhook(events=["call.completed"], resourceIds=["PN1"])

    assert lost(webhook) == ["Events call.completed of PN1 will not be covered by any webhook."]
