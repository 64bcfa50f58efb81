from dataclasses import replace

import pytest

from quo_admin.quo import retry
from quo_admin.quo.exceptions import (
    Fault,
    NotSent,
    OutcomeUnknown,
    QuoRefused,
    QuoUnavailable,
    RateLimited,
    RateLimitWaitTooLong,
)
from tests.factories import NOON

LIMITED = Fault(status=429, message="slow down")


def pause(policy, failure, *, attempt=1, left_s=20.0):
    return policy.pause(failure, attempt=attempt, left_s=left_s, jitter=1.0)


def test_write_is_retried_only_if_nothing_was_changed():
    assert pause(retry.WRITE, NotSent("no connection")) == 1.0
    assert pause(retry.WRITE, RateLimited(LIMITED)) == 1.0
    assert pause(retry.WRITE, OutcomeUnknown("silence")) is None
    assert pause(retry.WRITE, QuoUnavailable("silence")) is None


def test_read_is_retried_without_a_response():
    assert pause(retry.READ, QuoUnavailable("silence")) == 1.0


def test_rejection_is_not_retried():
    assert pause(retry.READ, QuoRefused(Fault(status=400, message="no"))) is None


def test_too_long_rate_limit_wait_is_not_retried():
    assert pause(retry.READ, RateLimitWaitTooLong("too long")) is None


def test_retry_after_is_used_within_the_remaining_time():
    assert pause(retry.WRITE, RateLimited(LIMITED, retry_after=2.0), left_s=3.0) == 2.0
    assert pause(retry.WRITE, RateLimited(LIMITED, retry_after=86_400.0), left_s=3.0) is None


def test_retries_stop_after_the_maximum():
    policy = replace(retry.READ, tries=2)

    assert pause(policy, QuoUnavailable("silence"), attempt=1) is not None
    assert pause(policy, QuoUnavailable("silence"), attempt=2) is None


def test_write_budget_is_at_most_twenty_seconds():
    assert retry.WRITE.budget_s <= 20


@pytest.mark.parametrize(("attempt", "longest"), [(1, 1), (2, 2), (3, 4), (4, 8), (9, 8)])
def test_pause_doubles_up_to_eight_seconds(attempt, longest):
    assert retry.pause_before_retry(attempt, jitter=1.0) == longest
    assert retry.pause_before_retry(attempt, jitter=0.0) == longest / 2


def test_pause_rejects_attempt_zero():
    with pytest.raises(ValueError, match="from 1"):
        retry.pause_before_retry(0, jitter=0.5)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2", 2.0),
        (" 86400 ", 86_400.0),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("-1", None),
        ("soon", None),
        ("", None),
        ("9" * 400, None),
        (None, None),
    ],
)
def test_retry_after_is_parsed_as_seconds_or_date(value, seconds):
    assert retry.retry_after(value, now=NOON) == seconds
