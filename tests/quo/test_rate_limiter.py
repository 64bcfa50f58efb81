"""The shared rate limit, on whichever database the tests run."""

import threading
from time import monotonic

import pytest
from django.db import DatabaseError, connection

from quo_admin.quo import rate_limiter
from quo_admin.quo.exceptions import RateLimitWaitTooLong
from quo_admin.quo.models import RateLimit
from quo_admin.quo.rate_limiter import DatabaseRateLimiter

pytestmark = pytest.mark.django_db
NINTH = 1 / rate_limiter.CALLS_PER_SECOND


def turns(key="a key"):
    """The turns of one key, and the seconds that each call would have slept."""
    slept = []
    return DatabaseRateLimiter(key, sleep=slept.append), slept


def test_first_call_does_not_wait():
    mine, slept = turns()

    mine.acquire(10)

    assert slept == [pytest.approx(0, abs=0.05)]


def test_calls_are_a_ninth_of_a_second_apart():
    mine, slept = turns()

    for _ in range(10):
        mine.acquire(10)

    assert slept == [pytest.approx(n * NINTH, abs=0.1) for n in range(10)]
    assert slept == sorted(slept)


def test_call_that_wakes_late_takes_another_turn():
    """The machine stands still during the first sleep."""
    clock = [0.0]
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        clock[0] += seconds + (5 if len(slept) == 1 else 0)

    late = DatabaseRateLimiter("a key", sleep=sleep, clock=lambda: clock[0])
    late.acquire(10)

    assert slept == [pytest.approx(0, abs=0.05), pytest.approx(NINTH, abs=0.1)]


def test_call_that_is_a_little_late_keeps_its_turn():
    clock = [0.0]
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        clock[0] += seconds + NINTH / 3

    DatabaseRateLimiter("a key", sleep=sleep, clock=lambda: clock[0]).acquire(10)

    assert len(slept) == 1


def test_stall_longer_than_the_limit_sends_nothing():
    clock = [0.0]

    def stall(seconds):
        clock[0] += 20

    with pytest.raises(RateLimitWaitTooLong):
        DatabaseRateLimiter("a key", sleep=stall, clock=lambda: clock[0]).acquire(10)


def test_keys_do_not_wait_for_each_other():
    for key in ("one", "two"):
        mine, slept = turns(key)
        mine.acquire(10)
        assert slept == [pytest.approx(0, abs=0.05)]


def test_too_long_wait_raises_and_reserves_nothing():
    mine, _ = turns()
    for _ in range(5):
        mine.acquire(10)
    before = RateLimit.objects.get().next_at

    with pytest.raises(RateLimitWaitTooLong, match="Nothing was sent"):
        mine.acquire(0.1)

    assert RateLimit.objects.get().next_at == before


def test_wait_never_exceeds_the_maximum():
    mine, _ = turns()
    mine.pause(rate_limiter.LONGEST_WAIT_S + 5)

    with pytest.raises(RateLimitWaitTooLong):
        mine.acquire(1000)


def test_pause_delays_the_next_call_of_all_clients():
    mine, _ = turns()
    other, slept = turns()

    mine.pause(2)
    other.acquire(10)

    assert slept == [pytest.approx(2, abs=0.1)]


def test_pause_never_moves_a_call_forward():
    mine, slept = turns()
    mine.pause(3)

    mine.pause(1)
    mine.acquire(10)

    assert slept == [pytest.approx(3, abs=0.1)]


def test_pause_is_limited_to_the_maximum(monkeypatch):
    monkeypatch.setattr(rate_limiter, "LONGEST_WAIT_S", 40)
    mine, slept = turns()

    mine.pause(86_400)
    mine.acquire(100)

    assert slept == [pytest.approx(rate_limiter.LONGEST_PAUSE_S, abs=0.1)]


def test_clock_set_back_does_not_delay_calls():
    mine, slept = turns()
    mine.acquire(10)
    RateLimit.objects.update(next_at=RateLimit.objects.get().next_at + 3600)

    mine.acquire(10)

    assert slept[-1] == pytest.approx(0, abs=0.1)


def test_key_is_stored_only_as_a_hash():
    mine, _ = turns("a secret API key")
    mine.acquire(10)

    assert "secret" not in RateLimit.objects.get().key_hash


def test_database_error_raises_wait_too_long(monkeypatch):
    def locked(*args):
        raise DatabaseError("database is locked")

    monkeypatch.setattr(DatabaseRateLimiter, "_execute", locked)

    with pytest.raises(RateLimitWaitTooLong, match="database is busy"):
        turns()[0].acquire(10)


@pytest.mark.django_db(transaction=True)
def test_concurrent_threads_reserve_separate_slots():
    slept = []
    turns()[0].acquire(10)
    first, began = RateLimit.objects.get().next_at, monotonic()

    def take():
        DatabaseRateLimiter("a key", sleep=slept.append).acquire(10)
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    elapsed = monotonic() - began
    assert len(slept) == 20
    assert RateLimit.objects.get().next_at == pytest.approx(first + 20 * NINTH, abs=elapsed)
    assert RateLimit.objects.get().next_at >= first + 20 * NINTH - 0.001
