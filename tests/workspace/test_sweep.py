from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from quo_admin.audit.models import Entry
from quo_admin.quo import spec
from quo_admin.workspace import services
from quo_admin.workspace.models import Member, Number, Sweep
from tests.factories import NOON, make_number, number_data

pytestmark = pytest.mark.django_db
NUMBERS = f"GET {spec.PHONE_NUMBERS}"


def test_sweep_reads_the_whole_company(sandbox):
    reading = services.sweep(actor="ada")

    assert (reading.members, reading.numbers) == (6, 34)
    assert (Member.objects.here().count(), Number.objects.here().count()) == (6, 34)
    assert Sweep.objects.newest_whole() == reading
    assert [entry.action for entry in Entry.objects.filter(actor="ada")] == ["sweep.finished"]


def test_sweep_again_changes_nothing_but_when_it_was_seen(sandbox):
    services.sweep(actor="ada")
    first = Number.objects.get(name="Front desk")

    services.sweep(actor="ada")

    again = Number.objects.get(name="Front desk")
    assert (again.pk, again.first_seen_at) == (first.pk, first.first_seen_at)
    assert again.last_seen_at > first.last_seen_at
    assert Number.objects.here().count() == 34


def test_number_that_left_stays_here_marked_gone(sandbox):
    left = make_number(id="PNgone", name="Old line")

    services.sweep(actor="ada")

    left.refresh_from_db()
    assert left.gone_at is not None
    assert left not in Number.objects.here()


def test_failed_sweep_leaves_everything_as_it_was_and_is_on_record(sandbox):
    here = make_number(id="PNhere")
    sandbox.faults.add("status", NUMBERS, status=403, body={"message": "Forbidden"})

    with pytest.raises(services.SweepFailed, match="nothing here changed"):
        services.sweep(actor="ada")

    assert list(Number.objects.here()) == [here]
    assert not Member.objects.exists()
    assert Sweep.objects.newest().failure == "Forbidden"
    assert Sweep.objects.newest_whole() is None
    assert [entry.action for entry in Entry.objects.filter(actor="ada")] == ["sweep.failed"]


def test_number_that_comes_back_is_here_again_since_it_was_first_seen():
    Number.objects.mirror([Number.of(number_data(id="PN1"), now=NOON)], asked_at=NOON)
    later, latest = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    Number.objects.mirror([], asked_at=later)

    Number.objects.mirror([Number.of(number_data(id="PN1"), now=latest)], asked_at=latest)

    number = Number.objects.get()
    assert (number.gone_at, number.first_seen_at, number.last_seen_at) == (None, NOON, latest)


def test_slower_reading_does_not_call_gone_what_a_later_one_saw():
    later = NOON + timedelta(minutes=1)
    Number.objects.mirror([Number.of(number_data(id="PNnew"), now=later)], asked_at=later)

    Number.objects.mirror([], asked_at=NOON)

    assert Number.objects.get().gone_at is None


def test_number_that_is_told_twice_is_stored_once():
    rows = [Number.of(number_data(id="PN1", name=name), now=NOON) for name in ("Old", "New")]

    Number.objects.mirror(rows, asked_at=NOON)

    assert Number.objects.get().name == "New"


def test_more_numbers_than_one_transaction_holds_are_all_stored():
    Number.objects.mirror([Number.of(number_data(), now=NOON) for _ in range(450)], asked_at=NOON)

    assert Number.objects.count() == 450


def test_command_says_what_it_read(sandbox):
    out = StringIO()

    call_command("sweep", stdout=out)

    assert out.getvalue() == "Read 6 members and 34 numbers.\n"


def test_command_ends_with_an_error_while_quo_is_down(sandbox):
    sandbox.faults.add("status", status=401, body={"error": {"message": "Unauthorized"}})

    with pytest.raises(CommandError, match="Unauthorized"):
        call_command("sweep")
