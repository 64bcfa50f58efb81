"""The sync as a list of pieces: who takes the next one, and what becomes of it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from quo_admin.audit.models import Entry
from quo_admin.quo import spec
from quo_admin.workspace import services, sync_parts, sync_progress
from quo_admin.workspace.models import Member, Number, Sync
from tests.factories import NOON, make_member, make_number
from tests.workspace.sync_pieces import hours_later, in_pieces

pytestmark = pytest.mark.django_db
NUMBERS = f"GET {spec.PHONE_NUMBERS}"


def test_sync_reads_numbers_members_and_webhooks(sandbox):
    sync = services.run(actor="ada")

    assert (sync.counts["members"], sync.counts["numbers"]) == (6, 34)
    assert (Member.objects.current().count(), Number.objects.current().count()) == (6, 34)
    assert Sync.objects.newest_complete() == Sync.objects.newest_of("numbers") == sync
    entry = Entry.objects.get(action="sync.finished")
    assert (entry.actor, entry.target) == ("ada", "workspace")
    assert entry.after == "6 members, 34 numbers, 27 webhooks, 27 not created here"


def test_sync_logs_the_head_of_the_audit_log_in_one_line(
    sandbox, caplog, django_capture_on_commit_callbacks
):
    caplog.set_level("INFO")

    with django_capture_on_commit_callbacks(execute=True):
        services.run(actor="ada")

    head = Entry.objects.get(action="sync.finished")
    lines = [line.getMessage() for line in caplog.records if "Audit log" in line.getMessage()]
    assert lines == [f"Audit log head: {head.number}:{head.hash}"]


def test_second_sync_updates_only_the_last_seen_time(sandbox):
    services.run(actor="ada")
    first = Number.objects.get(name="Front desk")

    services.run(actor="ada")

    again = Number.objects.get(name="Front desk")
    assert (again.pk, again.first_seen_at) == (first.pk, first.first_seen_at)
    assert again.last_seen_at > first.last_seen_at
    assert Number.objects.current().count() == 34


def test_number_that_left_is_kept_and_marked_missing(sandbox):
    left = make_number(id="PNgone", name="Old line")

    services.run(actor="ada")

    left.refresh_from_db()
    assert left.missing_since is not None
    assert left not in Number.objects.current()


def test_failed_part_is_left_unchanged_and_the_others_are_read(sandbox):
    here = make_number(id="PNhere")
    sandbox.faults.add("status", NUMBERS, status=403, body={"message": "Forbidden"})

    sync = services.run(actor="ada")

    assert sync.failure == "Numbers: Forbidden"
    assert list(Number.objects.current()) == [here]
    assert Member.objects.count() == 6
    assert Sync.objects.newest_complete() is None
    assert Sync.objects.newest_of("numbers") is None
    assert Sync.objects.newest_of("members") == sync
    acts = Entry.objects.filter(action__startswith="sync").values_list("action", "after")
    assert ("sync.not_read", "Numbers: Forbidden") in acts
    assert (
        "sync.failed",
        "6 members, 27 webhooks, 27 not created here. Numbers: Forbidden.",
    ) in acts


# One at a time


def test_starting_a_sync_joins_the_running_one():
    first = services.begin(actor="ada")

    assert services.begin(actor="olga") == first
    assert Sync.objects.get().actor == "ada"


def test_ended_sync_is_not_joined():
    Sync.objects.create(started_at=NOON, ended_at=NOON, actor="ada")

    assert services.begin(actor="olga").actor == "olga"


@pytest.mark.django_db(transaction=True)
def test_only_one_of_many_simultaneous_starts_succeeds():
    begun = []

    def begin():
        try:
            begun.append(services.begin(actor="ada").pk)
        finally:
            connection.close()

    at_once(begin, 6)

    assert len(set(begun)) == 1
    assert Sync.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_concurrent_workers_read_each_piece_once_and_count_all(monkeypatch):
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
    sync = services.begin(actor="ada")

    def work():
        try:
            while Sync.objects.open():
                services.advance(Sync.objects.get(pk=sync.pk))
        finally:
            connection.close()

    at_once(work, 4)

    sync.refresh_from_db()
    assert sorted(read, key=int) == [str(n) for n in range(30)]
    assert most == [1]
    assert sync.counts == {"things": 30}
    assert Entry.objects.filter(action="sync.finished").count() == 1


def at_once(act, how_many):
    threads = [threading.Thread(target=act) for _ in range(how_many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# Cut off in the middle


def test_leased_piece_is_not_read_until_its_lease_ends(monkeypatch):
    in_pieces(monkeypatch, ["a", "b"])
    sync = services.begin(actor="ada")
    Sync.objects.update(lease_until=timezone.now() + timedelta(seconds=1))
    assert services.advance(sync) is False

    hours_later()

    assert services.advance(sync) is True


def test_interrupted_sync_is_resumed_by_the_next_without_loss(monkeypatch):
    killed = ["b"]

    def piece(name, actor):
        if name in killed:
            killed.remove(name)
            raise KeyboardInterrupt
        return {"things": 1}

    in_pieces(monkeypatch, ["a", "b", "c"], piece)
    with pytest.raises(KeyboardInterrupt):
        services.run(actor="ada")
    assert Sync.objects.open().counts == {"things": 1}
    hours_later()

    sync = services.run(actor="olga")

    assert (sync.actor, sync.counts, sync.failure) == ("ada", {"things": 3}, "")
    assert Sync.objects.count() == 1


def test_process_that_lost_its_lease_does_not_change_the_sync(monkeypatch):
    slow = [True]

    def piece(name, actor):
        if slow and slow.pop():
            hours_later()
            for _ in ("a", "b"):  # somebody else reads both meanwhile
                services.advance(Sync.objects.get())
        return {"things": 1}

    in_pieces(monkeypatch, ["a", "b"], piece)
    sync = services.begin(actor="ada")
    services.advance(sync)

    services.advance(sync)

    sync = Sync.objects.get()
    assert (sync.counts, sync.pieces) == ({"things": 2}, [])


def test_part_interrupted_before_its_end_is_finished_by_the_next_sync(monkeypatch):
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


def test_worker_starts_the_first_sync_and_reads_it_piece_by_piece(sandbox):
    steps = 1
    while services.sync_next():
        steps += 1
        assert steps < 30

    sync = Sync.objects.get()
    assert (sync.actor, sync.failure) == ("worker", "")
    assert sync.ended_at
    assert services.sync_next() is False


@pytest.mark.parametrize(
    ("minutes", "failure", "due"),
    [(59, "", False), (61, "", True), (9, "Numbers: Forbidden", False), (11, "Oops", True)],
)
def test_worker_syncs_every_hour_and_ten_minutes_after_a_failure(sandbox, minutes, failure, due):
    at = timezone.now() - timedelta(minutes=minutes)
    Sync.objects.create(started_at=at, ended_at=at, actor="ada", failure=failure)

    assert services.sync_next() is due
    assert Sync.objects.count() == 1 + due


def test_worker_continues_a_sync_started_by_a_user(sandbox):
    services.begin(actor="ada")

    assert services.sync_next() is True
    assert Sync.objects.get().part == "members"


# In words


def test_progress_text_shows_what_is_being_read():
    make_member(id="US2yTk7h", firstName="Tom", lastName="Lindqvist")
    sync = Sync(started_at=NOON, part="webhooks", planned=6, pieces=["US2yTk7h", "US1", "US2"])

    assert sync_progress.doing(sync) == "Reading webhooks of Tom Lindqvist, 4 of 6 members"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Starting"),
        ({"part": "members", "pieces": [""], "planned": 1}, "Reading members"),
        ({"part": "numbers", "pieces": [], "planned": 1}, "Finishing numbers"),
    ],
)
def test_progress_text_before_and_between_parts(values, words):
    assert sync_progress.doing(Sync(started_at=NOON, **values)) == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"part": "webhooks", "pieces": ["US1", "US2"]}, "webhooks of 2 members"),
        ({"part": "webhooks", "pieces": ["US1"]}, "webhooks of 1 member"),
        ({"part": "webhooks", "pieces": []}, ""),
        ({"part": "members", "pieces": []}, "numbers and webhooks"),
    ],
)
def test_text_for_skipped_parts(values, words):
    assert sync_progress.left_out(Sync(started_at=NOON, **values)) == words


def test_counts_follow_the_order_of_the_parts():
    counts = {"webhooks": 1, "numbers": 34, "members": 6, "not created here": 1}

    assert sync_progress.read(Sync(counts=counts)) == "6 members, 34 numbers and 1 webhook"
    assert [name for name, _ in sync_progress.all_counts(Sync(counts=counts))][:4] == [
        "members",
        "numbers",
        "webhooks",
        "in sync",
    ]


def test_parts_are_members_then_numbers_then_webhooks():
    assert [part.name for part in sync_parts.PARTS] == ["members", "numbers", "webhooks"]
