"""The shared rate limit, on whichever database the tests run."""

import threading
from time import monotonic

import pytest
from django.db import DatabaseError, connection

from quo_admin.quo import slots
from quo_admin.quo.exceptions import NoTurn
from quo_admin.quo.models import Slot
from quo_admin.quo.slots import DatabaseTurns

pytestmark = pytest.mark.django_db
NINTH = 1 / slots.CALLS_PER_SECOND


def turns(key="a key"):
    """The turns of one key, and the seconds that each call would have slept."""
    slept = []
    return DatabaseTurns(key, sleep=slept.append), slept


def test_first_turn_is_now():
    mine, slept = turns()

    mine.wait(10)

    assert slept == [pytest.approx(0, abs=0.05)]


def test_turns_stand_a_ninth_of_a_second_apart():
    mine, slept = turns()

    for _ in range(10):
        mine.wait(10)

    assert slept == [pytest.approx(n * NINTH, abs=0.1) for n in range(10)]
    assert slept == sorted(slept)


def test_keys_do_not_wait_for_each_other():
    for key in ("one", "two"):
        mine, slept = turns(key)
        mine.wait(10)
        assert slept == [pytest.approx(0, abs=0.05)]


def test_line_that_is_too_long_is_said_and_takes_no_turn():
    mine, _ = turns()
    for _ in range(5):
        mine.wait(10)
    before = Slot.objects.get().next_at

    with pytest.raises(NoTurn, match="Nothing was sent"):
        mine.wait(0.1)

    assert Slot.objects.get().next_at == before


def test_nobody_waits_longer_than_the_longest_wait():
    mine, _ = turns()
    mine.hold(slots.LONGEST_WAIT_S + 5)

    with pytest.raises(NoTurn):
        mine.wait(1000)


def test_hold_moves_the_next_turn_for_everybody():
    mine, _ = turns()
    other, slept = turns()

    mine.hold(2)
    other.wait(10)

    assert slept == [pytest.approx(2, abs=0.1)]


def test_hold_never_brings_a_turn_forward():
    mine, slept = turns()
    mine.hold(3)

    mine.hold(1)
    mine.wait(10)

    assert slept == [pytest.approx(3, abs=0.1)]


def test_hold_of_a_day_ends_after_half_a_minute(monkeypatch):
    monkeypatch.setattr(slots, "LONGEST_WAIT_S", 40)
    mine, slept = turns()

    mine.hold(86_400)
    mine.wait(100)

    assert slept == [pytest.approx(slots.LONGEST_HOLD_S, abs=0.1)]


def test_clock_that_was_set_back_shuts_nobody_out():
    mine, slept = turns()
    mine.wait(10)
    Slot.objects.update(next_at=Slot.objects.get().next_at + 3600)

    mine.wait(10)

    assert slept[-1] == pytest.approx(0, abs=0.1)


def test_key_itself_is_not_in_the_table():
    mine, _ = turns("a secret API key")
    mine.wait(10)

    assert "secret" not in Slot.objects.get().key_hash


def test_database_that_does_not_answer_means_that_nothing_was_sent(monkeypatch):
    def locked(*args):
        raise DatabaseError("database is locked")

    monkeypatch.setattr(DatabaseTurns, "_execute", locked)

    with pytest.raises(NoTurn, match="database is busy"):
        turns()[0].wait(10)


@pytest.mark.django_db(transaction=True)
def test_many_threads_take_turns_of_their_own():
    slept = []
    turns()[0].wait(10)
    first, began = Slot.objects.get().next_at, monotonic()

    def take():
        DatabaseTurns("a key", sleep=slept.append).wait(10)
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    elapsed = monotonic() - began
    assert len(slept) == 20
    assert Slot.objects.get().next_at == pytest.approx(first + 20 * NINTH, abs=elapsed)
    assert Slot.objects.get().next_at >= first + 20 * NINTH - 0.001
