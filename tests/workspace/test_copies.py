"""Our mirror of numbers and members: what one whole reading does to it."""

from datetime import timedelta

import pytest

from quo_admin.workspace.models import Member, Number
from tests.factories import NOON, make_member, number_data

pytestmark = pytest.mark.django_db


def test_number_that_reappears_keeps_its_first_seen_time():
    Number.objects.store_list([Number.of(number_data(id="PN1"), now=NOON)], requested_at=NOON)
    later, latest = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    Number.objects.store_list([], requested_at=later)

    Number.objects.store_list([Number.of(number_data(id="PN1"), now=latest)], requested_at=latest)

    number = Number.objects.get()
    assert (number.missing_since, number.first_seen_at, number.last_seen_at) == (None, NOON, latest)


def test_slow_sync_does_not_mark_numbers_seen_later_as_missing():
    later = NOON + timedelta(minutes=1)
    Number.objects.store_list([Number.of(number_data(id="PNnew"), now=later)], requested_at=later)

    Number.objects.store_list([], requested_at=NOON)

    assert Number.objects.get().missing_since is None


def test_number_that_is_returned_twice_is_stored_once():
    rows = [Number.of(number_data(id="PN1", name=name), now=NOON) for name in ("Old", "New")]

    Number.objects.store_list(rows, requested_at=NOON)

    assert Number.objects.get().name == "New"


def test_numbers_of_several_transactions_are_all_stored():
    Number.objects.store_list(
        [Number.of(number_data(), now=NOON) for _ in range(450)], requested_at=NOON
    )

    assert Number.objects.count() == 450


def test_read_since_is_true_once_all_current_members_were_read():
    assert not Member.objects.read_since(NOON)
    make_member()
    assert Member.objects.read_since(NOON)
    assert not Member.objects.read_since(NOON + timedelta(seconds=1))
