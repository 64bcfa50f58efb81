"""The shared rate limit: nine calls per second and API key, over all processes and machines.

Each call takes the next free turn with one statement, by the database's clock. Turns are a ninth
of a second apart, so a person waits only behind the few calls that are waiting already.

Source: Quo allows ten per second and key (https://www.quo.com/docs/2026-03-30/rate-limits, read
2026-11-22). Nine is ours: calls sent a ninth apart still arrive unevenly.
"""

import hashlib
import logging
import time
from collections.abc import Callable

from django.db import DatabaseError, connection, transaction

from quo_admin.database_outage import UNAVAILABLE
from quo_admin.quo.exceptions import RateLimitWaitTooLong
from quo_admin.quo.models import RateLimit

log = logging.getLogger(__name__)

CALLS_PER_SECOND = 9
GAP_S = 1 / CALLS_PER_SECOND
LATE_S = GAP_S / 2  # a process that wakes later takes another turn
LONGEST_WAIT_S = 10.0  # our limit: with ninety calls waiting, fail instead of waiting
LONGEST_PAUSE_S = 30.0  # our limit: a Retry-After of a day must not stop us for a day
MAX_PLAUSIBLE_WAIT_S = 60.0  # a turn farther in the future means that the clock was set back

NOW = {
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
    "postgresql": "EXTRACT(EPOCH FROM clock_timestamp())::float8",
}
GREATEST_FUNCTION = {"sqlite": "MAX", "postgresql": "GREATEST"}


class DatabaseRateLimiter:
    """The rate limiter of one API key. Tests pass their own ``sleep`` and ``clock``, in seconds."""

    def __init__(
        self,
        key: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key_hash = hashlib.sha256(key.encode()).hexdigest()
        self._sleep, self._clock = sleep, clock

    def acquire(self, at_most_s: float) -> None:
        """Take the next turn and return when it has come.

        A process that wakes late, after a stall of the machine, takes another turn: several that
        wake together would otherwise call at the same time.

        Raises:
            RateLimitWaitTooLong: the turn would be later than ``at_most_s`` or LONGEST_WAIT_S, or
                the database did not respond. Nothing was sent.
        """
        end = self._clock() + min(at_most_s, LONGEST_WAIT_S)
        while not self._wait_for_turn(end - self._clock()):
            log.warning("Woke too late for a call to Quo; taking another turn")

    def _wait_for_turn(self, at_most_s: float) -> bool:
        """Take a turn, wait for it, and return whether it is at most half a gap late."""
        try:
            wait_s = self._take(at_most_s)
        except DatabaseError as exc:
            raise RateLimitWaitTooLong(
                "Nothing was sent to Quo because the database is busy. Try again."
            ) from exc
        if wait_s is None:
            raise RateLimitWaitTooLong(
                "Nothing was sent to Quo because too many requests are waiting. "
                "Try again in half a minute."
            )
        due = self._clock() + max(wait_s, 0.0)
        self._sleep(max(wait_s, 0.0))
        return self._clock() <= due + LATE_S

    def pause(self, seconds: float) -> None:
        """Move the next free turn to ``seconds`` from now, at most 30, for everybody.

        A database that does not respond is logged: the caller must learn of Quo's refusal.
        """
        later, now = GREATEST_FUNCTION[connection.vendor], NOW[connection.vendor]
        sql = f"""
            UPDATE quo_ratelimit SET next_at = {later}(next_at, {now} + %s) WHERE key_hash = %s
        """  # noqa: S608 - only constants of this module are put in
        try:
            self._make_row()
            self._execute(sql, [min(seconds, LONGEST_PAUSE_S), self._key_hash])
        except DatabaseError as exc:
            outage = isinstance(exc, UNAVAILABLE)
            log.error("Could not store the pause for other processes", exc_info=not outage)

    def _take(self, limit_s: float) -> float | None:
        """Return the seconds until the turn that was taken, or None if it is too far away."""
        later, now = GREATEST_FUNCTION[connection.vendor], NOW[connection.vendor]
        possible = f"CASE WHEN next_at > {now} + {MAX_PLAUSIBLE_WAIT_S} THEN 0 ELSE next_at END"
        sql = f"""
            UPDATE quo_ratelimit SET next_at = {later}({possible}, {now}) + %s
            WHERE key_hash = %s AND {possible} <= {now} + %s
            RETURNING next_at - %s - {now}
        """  # noqa: S608 - only constants of this module are put in
        self._make_row()
        return self._execute(sql, [GAP_S, self._key_hash, limit_s, GAP_S])

    def _make_row(self) -> None:
        RateLimit.objects.get_or_create(key_hash=self._key_hash)

    @staticmethod
    def _execute(sql: str, params: list[float | str]) -> float | None:
        # Durable: raises inside another transaction, which would keep the turn from others.
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute(sql, params)
            row = cursor.fetchone() if cursor.description else None
            return float(row[0]) if row else None
