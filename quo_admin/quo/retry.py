"""What may be sent again, and when. The policy as data; the loop is in the client.

Only reads are sent again without a response. A write is sent again in two cases, because only then
did Quo certainly not act on it: Quo Admin could not connect, or the response was 429.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from quo_admin.quo.exceptions import (
    NotSent,
    QuoError,
    QuoUnavailable,
    RateLimited,
    RateLimitWaitTooLong,
)

ONE_LIMIT_WINDOW_S = 1.0  # Quo allows ten calls per second, so a new second is always enough


@dataclass(frozen=True)
class Policy:
    """The patience of one call. All times in seconds.

    Attributes:
        budget_s: from the first try to giving up, waiting for turns and pauses included.
        call_s: one exchange, from connecting to the last byte of the response.
        tries: how many tries at most.
        after_silence: whether it may be sent again when no usable response came.
    """

    budget_s: float
    call_s: float
    tries: int
    after_silence: bool

    def pause(
        self, failure: QuoError, *, attempt: int, left_s: float, jitter: float
    ) -> float | None:
        """Return how long to wait before sending again, or None to give up with this failure.

        Args:
            attempt: how many tries have failed so far, from 1.
            left_s: what is left of the budget.
            jitter: a random number from 0 to 1, passed in so that tests can fix it.
        """
        if attempt >= self.tries:
            return None
        if isinstance(failure, RateLimited):
            wait = ONE_LIMIT_WINDOW_S if failure.retry_after is None else failure.retry_after
        elif isinstance(failure, RateLimitWaitTooLong):
            return None  # it has waited already
        elif isinstance(failure, NotSent) or (
            self.after_silence and isinstance(failure, QuoUnavailable)
        ):
            wait = pause_before_retry(attempt, jitter=jitter)
        else:
            return None
        return wait if wait < left_s else None


# Creating a webhook may take 25 s in all: 20 for the call, 3 to read what its response left
# out, and the rest for us.
WRITE = Policy(budget_s=20, call_s=12, tries=3, after_silence=False)
READ = Policy(budget_s=20, call_s=10, tries=3, after_silence=True)
BRIEF = Policy(budget_s=3, call_s=3, tries=1, after_silence=True)
# For a worker, which tries again later anyway and may be stopped meanwhile.
ONCE = Policy(budget_s=20, call_s=10, tries=1, after_silence=True)


def pause_before_retry(attempt: int, *, jitter: float) -> float:
    """Return seconds: 0.5 to 1 after the first failure, doubling each time, never above 8.

    Raises:
        ValueError: attempt is below 1.
    """
    if attempt < 1:
        raise ValueError(f"attempt counts from 1, got {attempt}")
    longest = min(2.0 ** (attempt - 1), 8.0)
    return longest * (0.5 + jitter / 2)


def retry_after(value: str | None, *, now: datetime) -> float | None:
    """Return a Retry-After header in seconds, never negative; None if it is not usable.

    Source: RFC 9110, 10.2.3 (seconds or a date). Quo documents neither; both are read.
    """
    if value is None:
        return None
    try:
        if value.strip().isdecimal():
            return float(int(value))
        when = parsedate_to_datetime(value)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max((when - now).total_seconds(), 0.0)
    except (ValueError, OverflowError):
        return None
