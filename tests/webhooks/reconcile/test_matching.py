from datetime import timedelta

import pytest

from quo_admin.webhooks.reconcile.matching import (
    LATEST,
    MAX_CLOCK_SKEW,
    Candidate,
    match_key_of_payload,
    match_key_of_webhook,
    pair,
)
from tests.factories import NOON, make_wanted, make_webhook_data


def like(**changes):
    values = {"label": None, "resourceIds": ["*"], "url": "https://example.com/quo"}
    return match_key_of_webhook(make_webhook_data(**(values | changes)))


WANTED = match_key_of_payload(make_wanted().to_json())


@pytest.mark.parametrize(
    "echo", [{}, {"label": ""}, {"url": "https://EXAMPLE.com/quo/"}, {"userId": "US9"}]
)
def test_webhook_matches_regardless_of_formatting(echo):
    assert like(**echo) == WANTED


@pytest.mark.parametrize(
    "echo",
    [
        {"label": "Other"},
        {"url": "https://example.com/other"},
        {"events": ["message.delivered"]},
        {"resourceIds": ["PN1"]},
        {"status": "disabled"},
        {"events": None},
        {"url": None},
    ],
)
def test_webhook_that_differs_in_one_property_does_not_match(echo):
    assert like(**echo) != WANTED


def made(seconds, **changes):
    """A candidate made so many seconds after noon."""
    moment = (NOON + timedelta(seconds=seconds)).isoformat()
    return Candidate(make_webhook_data(createdAt=moment, id=f"WHmade{seconds}"), **changes)


def ids(pairing):
    return {place: data.id for place, data in pairing.pairs.items()}


def test_single_candidate_is_paired():
    assert ids(pair([NOON], [made(2)])) == {0: "WHmade2"}


def test_attempt_without_candidates_is_not_paired():
    assert pair([NOON], []).pairs == {}


def test_several_candidates_are_unclear():
    pairing = pair([NOON], [made(2), made(1)])

    assert pairing.pairs == {}
    assert [data.id for data in pairing.unclear] == ["WHmade1", "WHmade2"]


def test_similar_attempts_are_paired_oldest_first():
    begun = [NOON, NOON + timedelta(seconds=30)]

    assert ids(pair(begun, [made(31), made(1)])) == {0: "WHmade1", 1: "WHmade31"}
    assert ids(pair(begun, [made(1)])) == {0: "WHmade1"}


def test_webhook_outside_the_time_of_one_attempt_can_match_another():
    begun = [NOON, NOON + timedelta(hours=2)]

    assert ids(pair(begun, [made(2 * 3600 + 5)])) == {1: "WHmade7205"}


@pytest.mark.parametrize(
    ("seconds", "fits"),
    [
        (-MAX_CLOCK_SKEW.total_seconds() - 1, False),
        (-MAX_CLOCK_SKEW.total_seconds(), True),
        (0, True),
        (LATEST.total_seconds(), True),
        (LATEST.total_seconds() + 1, False),
    ],
)
def test_webhook_must_be_created_within_the_time_of_the_attempt(seconds, fits):
    assert bool(pair([NOON], [made(seconds)]).pairs) == fits


def test_webhook_known_before_the_attempt_does_not_match():
    before = made(5, known_since=NOON - timedelta(seconds=1))
    after = made(5, known_since=NOON + timedelta(seconds=6))

    assert pair([NOON], [before]).pairs == {}
    assert ids(pair([NOON], [after])) == {0: "WHmade5"}


def test_webhook_without_a_creation_time_may_match_any_attempt():
    candidate = Candidate(make_webhook_data(createdAt=None, id="WH1"))

    assert ids(pair([NOON], [candidate])) == {0: "WH1"}
