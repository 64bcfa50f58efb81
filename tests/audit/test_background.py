"""The worker verifies new entries, and the whole audit log in slices."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from quo_admin.audit import background, services, triggers
from quo_admin.audit.actions import Action
from quo_admin.audit.models import Checkpoint, Entry
from quo_admin.audit.services import record
from quo_admin.audit.status import Status
from quo_admin.worker.jobs import JOBS
from tests.words import text


class Clock:
    def __init__(self, monkeypatch):
        self.now = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def work(self, **passed):
        """Let the time pass, then do everything that is due."""
        self.now += timedelta(**passed)
        steps = 0
        while background.verify_next():
            steps += 1
            assert steps < 100
        return steps


@pytest.fixture
def clock(monkeypatch):
    """Slices of two entries, or one that is read again and one that is new."""
    monkeypatch.setattr(services, "STEP", 2)
    monkeypatch.setattr(background, "SECONDS", 0)
    return Clock(monkeypatch)


@pytest.fixture
def verified(five, clock):
    """Five entries that both verifications have reached the end of."""
    for _ in range(10):
        clock.work(minutes=1)
    assert Status.read().whole_at
    return clock


def add(count):
    for _ in range(count):
        record(actor="ada", action=Action.SIGNED_IN)


def tamper(number, **changes):
    with triggers.temporarily_dropped():
        Entry.objects.filter(number=number).update(**changes)


def remove(*numbers):
    with triggers.temporarily_dropped():
        Entry.objects.filter(number__in=numbers).delete()


def reports():
    entries = Entry.objects.filter(actor="worker", action=Action.AUDIT_LOG_VERIFIED)
    return [entry.after for entry in entries.order_by("number")]


def whole():
    return Checkpoint.objects.get(name=Checkpoint.WHOLE)


def test_worker_has_the_job():
    assert background.verify_next in [job.step for job in JOBS]


def test_new_entries_are_verified_in_slices_up_to_the_head(five, clock):
    clock.work()

    assert Checkpoint.objects.head() == Entry.objects.head()
    assert Status.read().at == clock.now
    assert Status.read().mark == "ok"


def test_turn_continues_where_the_last_one_ended(verified, monkeypatch):
    add(2)
    read = []
    find = services.tampering.find
    monkeypatch.setattr(
        services.tampering,
        "find",
        lambda entry, after: read.append(entry.number) or find(entry, after=after),
    )

    verified.work(minutes=1)

    assert read == [5, 6, 6, 7, 7]  # the last one of a turn is verified again by the next
    assert Checkpoint.objects.head().number == 7


def test_nothing_is_due_within_a_minute(verified):
    add(1)

    assert verified.work(seconds=30) == 0
    assert Status.read().number == 5


def test_whole_audit_log_is_verified_again_a_day_later(verified):
    before = whole().verified_at
    verified.work(hours=20)
    assert (whole().number, whole().verified_at) == (0, before)

    for _ in range(10):
        verified.work(hours=1)

    assert whole().verified_at > before


def test_entry_altered_after_the_position_is_found_by_the_next_turn(verified):
    add(4)
    tamper(8, label="eve")

    verified.work(minutes=1)

    status = Status.read()
    assert (status.fault, status.mark) == ("Entry 8 was altered (label).", "bad")
    assert status.number < 8
    assert reports() == ["Not intact. Entry 8 was altered (label)."]


@pytest.mark.parametrize("number", [1, 2, 4])
def test_entry_altered_before_the_position_is_found_by_the_whole_pass(verified, number):
    tamper(number, label="eve")
    verified.work(minutes=10)
    assert Status.read().mark == "ok"  # the trusted position hides it for now

    for _ in range(10):
        verified.work(hours=5)

    assert Status.read().fault == f"Entry {number} was altered (label)."
    assert reports() == [f"Not intact. Entry {number} was altered (label)."]


def test_entry_altered_at_the_position_is_found_by_the_next_turn(verified):
    tamper(5, label="eve")

    verified.work(minutes=1)

    assert Status.read().fault == "Entry 5 was altered (label)."


def test_rewritten_entry_at_the_position_does_not_match_the_stored_hash(verified):
    remove(5)
    record(actor="eve", action=Action.SIGNED_IN)  # as entry 5, with a hash of its own

    verified.work(minutes=1)

    assert "the audit log was rewritten" in Status.read().fault


@pytest.mark.parametrize("numbers", [(5,), (4, 5), (1, 2, 3, 4, 5)])
def test_removed_last_entries_are_found_by_the_next_turn(verified, numbers):
    remove(*numbers)

    verified.work(minutes=1)

    assert "Entries were removed from the end: the earlier head is entry 5" in Status.read().fault


def test_removed_entry_at_the_position_is_found_though_newer_ones_exist(verified):
    add(2)
    remove(5)

    verified.work(minutes=1)

    assert Status.read().fault == "Entry 5 was removed."


def test_fault_keeps_its_words_and_is_reported_once_while_entries_are_added(verified):
    remove(4, 5)
    verified.work(minutes=1)
    words = Status.read().fault

    for _ in range(5):
        add(1)
        verified.work(minutes=1)

    assert Status.read().fault == words
    assert len(reports()) == 1


def test_repaired_entry_ends_the_fault_but_not_its_report(verified):
    add(1)
    tamper(6, label="eve")
    verified.work(minutes=1)
    tamper(6, label="")

    verified.work(minutes=2)

    assert Status.read().fault == ""
    assert reports() == ["Not intact. Entry 6 was altered (label)."]


def test_two_workers_do_not_verify_at_once(five, clock):
    row = Checkpoint.objects.take(Checkpoint.NEW, now=clock.now)

    assert row.head.number == 0
    assert Checkpoint.objects.take(Checkpoint.NEW, now=clock.now) is None


def test_worker_that_was_taken_for_dead_does_not_overwrite_the_position(five, clock):
    slow = Checkpoint.objects.take(Checkpoint.NEW, now=clock.now)
    clock.work(minutes=3)
    assert Checkpoint.objects.head().number == 5

    background._verify_new(slow)

    assert Checkpoint.objects.head().number == 5


def test_turn_that_fails_midway_is_done_again_after_its_lease(verified, monkeypatch):
    add(3)
    with monkeypatch.context() as broken:
        broken.setattr(services, "verify_again_from", lambda *args, **options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            verified.work(minutes=1)
    assert (verified.work(seconds=60), Status.read().number) == (0, 5)

    verified.work(minutes=2)

    assert Status.read().number == 8


def test_forged_position_does_not_hide_an_entry_from_the_whole_pass(verified):
    add(3)
    tamper(7, label="eve")
    head = Entry.objects.head()
    Checkpoint.objects.filter(name=Checkpoint.NEW).update(number=head.number, hash=head.hash)

    for _ in range(10):
        verified.work(hours=5)

    assert Status.read().fault == "Entry 7 was altered (label)."


def test_command_starts_at_the_first_entry_and_knows_what_the_worker_verified(verified):
    tamper(1, label="eve")
    with pytest.raises(CommandError, match="Entry 1 was altered"):
        call_command("verify_audit_log")
    tamper(1, label="Support")
    remove(5)

    with pytest.raises(CommandError, match="removed from the end"):
        call_command("verify_audit_log")


# Pages


def test_page_shows_how_far_the_audit_log_is_verified(viewer, clock):
    clock.work()
    number = Entry.objects.head().number
    clock.now += timedelta(minutes=3)

    assert f"Verified up to entry {number}, 3 min ago" in text(viewer.get("/audit/"))


def test_page_and_home_show_a_fault(viewer, clock):
    tamper(1, actor="eve")
    clock.work()

    page = viewer.get("/audit/")

    assert 'role="alert"' in page.content.decode()
    assert "Entry 1 was altered (actor). Found just now" in text(page)
    assert "Audit log tampered with Entry 1 was altered (actor)." in text(viewer.get("/"))


def test_page_says_that_the_worker_is_behind(viewer, clock):
    clock.work()
    clock.now += timedelta(hours=2)

    page_text = text(viewer.get("/audit/"))

    assert "2 h ago" in page_text
    assert "The worker is behind." in page_text
    assert "It has not been verified lately." in text(viewer.get("/"))


def test_verification_by_a_person_counts_without_a_worker(viewer):
    head = Entry.objects.head()

    viewer.post("/audit/verify/", follow=True)

    assert Checkpoint.objects.head() == head
    assert f"Verified up to entry {head.number}, just now" in text(viewer.get("/audit/"))


def test_fault_found_by_a_person_is_shown_until_a_whole_pass_does_not_find_it(viewer, verified):
    tamper(2, label="eve")
    viewer.post("/audit/verify/", follow=True)
    verified.work(minutes=1)
    assert "Entry 2 was altered (label)." in text(viewer.get("/audit/"))
    tamper(2, label="Support")

    for _ in range(10):
        verified.work(minutes=1)

    assert Status.read().fault == ""


def test_person_finds_entries_removed_since_the_worker_verified_them(viewer, verified):
    verified.work(minutes=1)
    last = Checkpoint.objects.head().number
    remove(last)

    page = viewer.post("/audit/verify/", follow=True)

    while "Refresh" in page:
        page = viewer.get(page["Refresh"].removeprefix("1; url="))
    assert f"removed from the end: the earlier head is entry {last}" in text(page)
