"""Everything that somebody who can take the triggers off might try."""

import pytest
from django.db.models import F

from quo_admin.audit import triggers
from quo_admin.audit.chain import FIELDS, Head, canonical_text, digest
from quo_admin.audit.models import Entry
from quo_admin.audit.services import record, verify

NOON = "2026-11-22T12:00:00.000000Z"


@pytest.fixture(autouse=True)
def without_triggers(five):
    with triggers.temporarily_dropped():
        yield


def fault():
    found = verify().fault
    return found and (found.kind, found.number)


def at(number):
    return Entry.objects.filter(number=number)


def forge(number, previous):
    """An entry as record() would have made it, text and hash included, and not yet saved."""
    values = dict.fromkeys(FIELDS, "") | {"number": number, "at": NOON, "actor": "eve"}
    text = canonical_text(values, previous=previous)
    return Entry(**values, canonical=text, hash=digest(text))


def shift(first, by):
    """Give all entries from this one on another number, one after the other."""
    numbers = list(Entry.objects.filter(number__gte=first).values_list("number", flat=True))
    for number in sorted(numbers, reverse=by > 0):
        at(number).update(number=F("number") + by)


def test_untouched_audit_log_is_intact():
    assert fault() is None
    assert verify().head.number == 5


@pytest.mark.parametrize(
    "column",
    ["at", "actor", "action", "target", "label", "before", "after", "ip", "request_id"],
)
@pytest.mark.parametrize("number", [1, 3, 5])
def test_altered_column_is_reported_by_name(column, number):
    at(number).update(**{column: "eve"})

    assert verify().fault.words == f"Entry {number} was altered ({column})."


@pytest.mark.parametrize("column", ["canonical", "hash"])
def test_altered_text_or_hash_is_detected(column):
    at(3).update(**{column: "eve"})

    assert fault() == ("altered", 3)


def test_altered_number_is_detected():
    at(5).update(number=9)

    assert fault() == ("altered", 5)


def test_column_altered_together_with_its_text_is_detected():
    entry = at(3).get()
    at(3).update(label="eve", canonical=entry.canonical.replace("Support", "eve"))

    assert fault() == ("altered", 3)


def test_entry_altered_with_text_and_hash_is_detected_by_the_next_entry():
    forged = forge(3, at(2).get().hash)
    at(3).delete()
    forged.save()

    assert fault() == ("altered", 3)


@pytest.mark.parametrize("number", [1, 3])
def test_removed_entry_is_reported_with_its_number(number):
    at(number).delete()

    assert fault() == ("removed", number)


def test_removed_entries_are_reported_as_a_range():
    Entry.objects.filter(number__in=[2, 3]).delete()

    assert verify().fault.words == "Entries 2 to 3 were removed."


@pytest.mark.parametrize("number", [1, 3])
def test_removed_entry_is_detected_after_renumbering(number):
    at(number).delete()
    shift(number + 1, -1)

    assert fault() == ("removed", number)


@pytest.mark.parametrize("number", [1, 3])
def test_inserted_entry_is_reported_with_its_number(number):
    shift(number, 1)
    forge(number, at(number - 1).get().hash if number > 1 else "").save()

    assert fault() == ("inserted", number)


def test_inserted_entry_with_an_invalid_hash_is_detected():
    shift(3, 1)
    entry = forge(3, "")
    entry.hash = "0" * 64
    entry.save()

    assert fault() == ("inserted", 3)


def test_entry_inserted_before_the_first_is_detected():
    forge(0, "").save()

    assert fault() == ("inserted", 0)


@pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 4), (4, 5)])
def test_swapped_entries_are_detected(one, other):
    at(one).update(number=99)
    at(other).update(number=one)
    at(99).update(number=other)

    assert fault() == ("reordered", one)


def test_entry_moved_to_the_end_is_detected():
    at(2).update(number=99)
    shift(3, -1)

    assert fault() == ("reordered", 2)


def test_forged_last_entry_is_detected():
    forge(6, "0" * 64).save()

    assert verify().fault.words.startswith("Entry 5 was altered and given a new hash, or entry 6")


def test_truncated_log_is_detected_with_a_printed_head():
    head = verify().head
    Entry.objects.filter(number__gte=4).delete()

    assert fault() is None
    found = verify(head).fault
    assert (found.kind, found.number) == ("truncated", 4)


def test_emptied_log_is_detected_with_a_printed_head():
    head = verify().head
    Entry.objects.all().delete()

    assert verify(head).fault.kind == "truncated"


def test_rewritten_chain_is_detected_with_a_printed_head():
    head = verify().head
    previous = ""
    for number in range(1, 6):
        at(number).delete()
        forged = forge(number, previous)
        forged.save()
        previous = forged.hash

    assert fault() is None
    assert verify(head).fault.kind == "rewritten"


def test_earlier_printed_head_matches_after_more_entries():
    head = verify().head
    record(actor="ada", action="sign_in.done")

    assert verify(head).fault is None


def test_printed_head_can_be_parsed():
    head = verify().head

    assert Head.read(str(head)) == head
