"""The sweep as a list of pieces: who takes the next one, and what becomes of it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from quo_admin.audit.models import Entry
from quo_admin.quo import spec
from quo_admin.workspace import parts, progress, services
from quo_admin.workspace.models import Member, Number, Sweep
from tests.factories import NOON, make_member, make_number
from tests.workspace.pieces import hours_later, in_pieces

pytestmark = pytest.mark.django_db
NUMBERS = f"GET {spec.PHONE_NUMBERS}"


def test_sweep_reads_the_whole_company(sandbox):
    sweep = services.run(actor="ada")

    assert (sweep.counts["members"], sweep.counts["numbers"]) == (6, 34)
    assert (Member.objects.here().count(), Number.objects.here().count()) == (6, 34)
    assert Sweep.objects.newest_whole() == Sweep.objects.newest_of("numbers") == sweep
    entry = Entry.objects.get(action="sweep.finished")
    assert (entry.actor, entry.target) == ("ada", "workspace")
    assert entry.after == "6 members, 34 numbers, 27 webhooks, 27 found there"


def test_sweep_again_changes_nothing_but_when_it_was_seen(sandbox):
    services.run(actor="ada")
    first = Number.objects.get(name="Front desk")

    services.run(actor="ada")

    again = Number.objects.get(name="Front desk")
    assert (again.pk, again.first_seen_at) == (first.pk, first.first_seen_at)
    assert again.last_seen_at > first.last_seen_at
    assert Number.objects.here().count() == 34


def test_number_that_left_stays_here_marked_gone(sandbox):
    left = make_number(id="PNgone", name="Old line")

    services.run(actor="ada")

    left.refresh_from_db()
    assert left.gone_at is not None
    assert left not in Number.objects.here()


def test_part_that_cannot_be_read_stays_as_it_was_and_the_others_are_read(sandbox):
    here = make_number(id="PNhere")
    sandbox.faults.add("status", NUMBERS, status=403, body={"message": "Forbidden"})

    sweep = services.run(actor="ada")

    assert sweep.failure == "Numbers: Forbidden"
    assert list(Number.objects.here()) == [here]
    assert Member.objects.count() == 6
    assert Sweep.objects.newest_whole() is None
    assert Sweep.objects.newest_of("numbers") is None
    assert Sweep.objects.newest_of("members") == sweep
    acts = Entry.objects.filter(action__startswith="sweep").values_list("action", "after")
    assert ("sweep.not_read", "Numbers: Forbidden") in acts
    assert (
        "sweep.failed",
        "6 members, 27 webhooks, 27 found there. Numbers: Forbidden.",
    ) in acts


# One at a time


def test_whoever_begins_while_a_sweep_goes_on_joins_it():
    first = services.begin(actor="ada")

    assert services.begin(actor="olga") == first
    assert Sweep.objects.get().actor == "ada"


def test_sweep_that_has_ended_is_not_joined():
    Sweep.objects.create(started_at=NOON, ended_at=NOON, actor="ada")

    assert services.begin(actor="olga").actor == "olga"


@pytest.mark.django_db(transaction=True)
def test_of_many_who_begin_at_once_one_begins():
    begun = []

    def begin():
        try:
            begun.append(services.begin(actor="ada").pk)
        finally:
            connection.close()

    at_once(begin, 6)

    assert len(set(begun)) == 1
    assert Sweep.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_read_each_piece_once_and_lose_no_count(monkeypatch):
    at_work, most, read = [0], [0], []
    lock = threading.Lock()

    def piece(name, actor):
        with lock:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        read.append(name)
        Number.objects.count()
        with lock:
            at_work[0] -= 1
        return {"things": 1}

    in_pieces(monkeypatch, [str(n) for n in range(30)], piece)
    sweep = services.begin(actor="ada")

    def work():
        try:
            while Sweep.objects.open():
                services.advance(Sweep.objects.get(pk=sweep.pk))
        finally:
            connection.close()

    at_once(work, 4)

    sweep.refresh_from_db()
    assert sorted(read, key=int) == [str(n) for n in range(30)]
    assert most == [1]
    assert sweep.counts == {"things": 30}
    assert Entry.objects.filter(action="sweep.finished").count() == 1


def at_once(act, how_many):
    threads = [threading.Thread(target=act) for _ in range(how_many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# Cut off in the middle


def test_piece_that_is_being_read_is_left_alone_until_its_lease_ends(monkeypatch):
    in_pieces(monkeypatch, ["a", "b"])
    sweep = services.begin(actor="ada")
    Sweep.objects.update(lease_until=timezone.now() + timedelta(seconds=1))
    assert services.advance(sweep) is False

    hours_later()

    assert services.advance(sweep) is True


def test_sweep_that_was_cut_off_is_carried_on_by_the_next_with_nothing_lost(monkeypatch):
    killed = ["b"]

    def piece(name, actor):
        if name in killed:
            killed.remove(name)
            raise KeyboardInterrupt
        return {"things": 1}

    in_pieces(monkeypatch, ["a", "b", "c"], piece)
    with pytest.raises(KeyboardInterrupt):
        services.run(actor="ada")
    assert Sweep.objects.open().counts == {"things": 1}
    hours_later()

    sweep = services.run(actor="olga")

    assert (sweep.actor, sweep.counts, sweep.failure) == ("ada", {"things": 3}, "")
    assert Sweep.objects.count() == 1


def test_whoever_was_so_slow_that_the_lease_ended_writes_nothing_of_the_sweep(monkeypatch):
    slow = [True]

    def piece(name, actor):
        if slow and slow.pop():
            hours_later()
            for _ in ("a", "b"):  # somebody else reads both meanwhile
                services.advance(Sweep.objects.get())
        return {"things": 1}

    in_pieces(monkeypatch, ["a", "b"], piece)
    sweep = services.begin(actor="ada")
    services.advance(sweep)

    services.advance(sweep)

    sweep = Sweep.objects.get()
    assert (sweep.counts, sweep.pieces) == ({"things": 2}, [])


def test_part_that_a_crash_cut_off_before_its_end_is_finished_by_the_next(monkeypatch):
    crashes = [True]

    def finish(actor, began):
        if crashes and crashes.pop():
            raise RuntimeError
        return {"gone": 2}

    in_pieces(monkeypatch, ["a"], finish=finish)
    with pytest.raises(RuntimeError):
        services.run(actor="ada")
    hours_later()

    assert services.run(actor="ada").counts == {"things": 1, "gone": 2}


# The worker


def test_worker_begins_a_sweep_when_none_was_ever_done_and_reads_it_piece_by_piece(sandbox):
    steps = 1
    while services.sweep_next():
        steps += 1
        assert steps < 30

    sweep = Sweep.objects.get()
    assert (sweep.actor, sweep.failure) == ("worker", "")
    assert sweep.ended_at
    assert services.sweep_next() is False


@pytest.mark.parametrize(
    ("minutes", "failure", "due"),
    [(59, "", False), (61, "", True), (9, "Numbers: Forbidden", False), (11, "Oops", True)],
)
def test_worker_sweeps_every_hour_and_ten_minutes_after_a_failure(sandbox, minutes, failure, due):
    at = timezone.now() - timedelta(minutes=minutes)
    Sweep.objects.create(started_at=at, ended_at=at, actor="ada", failure=failure)

    assert services.sweep_next() is due
    assert Sweep.objects.count() == 1 + due


def test_worker_carries_on_what_somebody_else_began(sandbox):
    services.begin(actor="ada")

    assert services.sweep_next() is True
    assert Sweep.objects.get().part == "members"


# In words


def test_words_say_what_is_being_read():
    make_member(id="US2yTk7h", firstName="Tom", lastName="Lindqvist")
    sweep = Sweep(started_at=NOON, part="webhooks", planned=6, pieces=["US2yTk7h", "US1", "US2"])

    assert progress.doing(sweep) == "Reading webhooks of Tom Lindqvist, 4 of 6 members"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "About to begin"),
        ({"part": "members", "pieces": [""], "planned": 1}, "Reading members"),
        ({"part": "numbers", "pieces": [], "planned": 1}, "Finishing numbers"),
    ],
)
def test_words_before_and_between_the_parts(told, words):
    assert progress.doing(Sweep(started_at=NOON, **told)) == words


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"part": "webhooks", "pieces": ["US1", "US2"]}, "webhooks of 2 members"),
        ({"part": "webhooks", "pieces": ["US1"]}, "webhooks of 1 member"),
        ({"part": "webhooks", "pieces": []}, ""),
        ({"part": "members", "pieces": []}, "numbers and webhooks"),
    ],
)
def test_words_for_what_was_not_asked_for_any_more(told, words):
    assert progress.left_out(Sweep(started_at=NOON, **told)) == words


def test_what_was_read_is_told_in_the_order_of_the_parts_whatever_the_database_made_of_it():
    counts = {"webhooks": 1, "numbers": 34, "members": 6, "found there": 1}

    assert progress.read(Sweep(counts=counts)) == "6 members, 34 numbers and 1 webhook"
    assert [name for name, _ in progress.told(Sweep(counts=counts))][:4] == [
        "members",
        "numbers",
        "webhooks",
        "in sync",
    ]


def test_parts_are_members_then_numbers_then_webhooks():
    assert [part.name for part in parts.PARTS] == ["members", "numbers", "webhooks"]
