import json
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from django.db import connection, transaction

from quo_admin.audit.actions import Action
from quo_admin.audit.chain import FIELDS
from quo_admin.audit.models import Entry
from quo_admin.audit.services import record, verify


def test_entry_has_actor_action_object_and_time(empty_audit_log):
    record(actor="ada", action=Action.PERSON_CHANGED, target="bob", before="no", after="yes")

    entry = Entry.objects.get()
    assert (entry.number, entry.actor, entry.act) == (1, "ada", "Person changed")
    assert (entry.target, entry.before, entry.after) == ("bob", "no", "yes")
    assert entry.moment.utcoffset().total_seconds() == 0


def test_hash_matches_sha256sum_of_the_canonical_text(five):
    for entry in Entry.objects.all():
        result = subprocess.run(
            ["sha256sum"], input=entry.canonical.encode(), capture_output=True, check=True
        )
        assert result.stdout.split()[0].decode() == entry.hash


def test_canonical_text_contains_every_column_and_the_previous_hash(five):
    first, second = Entry.objects.order_by("number")[:2]

    text = json.loads(second.canonical)

    assert text.pop("previous") == first.hash
    assert text == {name: getattr(second, name) for name in FIELDS}


@pytest.mark.parametrize("bad", ["\x00", "\n", "\r", "\x1b", "\x7f", "\ud800", "\u2028", "\u202e"])
def test_control_characters_are_replaced_in_every_text(empty_audit_log, bad):
    text = f"Zoë{bad}☎"
    names = ("actor", "target", "label", "before", "after")

    entry = record(action=Action.SIGNED_IN, **dict.fromkeys(names, text))

    entry.refresh_from_db()
    assert {getattr(entry, name) for name in names} == {"Zoë\ufffd☎"}
    assert verify().fault is None


def test_unknown_action_is_not_recorded(empty_audit_log):
    with pytest.raises(ValueError, match="is not a valid Action"):
        record(actor="ada", action="coffee.made")


def test_rolled_back_entry_leaves_no_gap(five):
    with transaction.atomic():
        record(actor="ada", action=Action.SIGNED_IN)
        transaction.set_rollback(True)

    entry = record(actor="ada", action=Action.SIGNED_OUT)

    assert entry.number == 6
    assert verify().fault is None


def test_entry_of_a_command_has_no_ip_or_request_id(empty_audit_log):
    entry = record(actor="command", action=Action.SYNC_FINISHED)

    assert (entry.ip, entry.request_id) == ("", "")


def test_concurrent_records_form_one_chain_without_gaps(transactional_db):
    before = Entry.objects.count()

    def work(worker):
        for number in range(10):
            with transaction.atomic() if number % 2 else nullcontext():
                record(actor=f"worker {worker}", action=Action.SIGNED_IN, target=str(number))
        connection.close()

    with ThreadPoolExecutor(6) as workers:
        list(workers.map(work, range(6)))

    verdict = verify()
    assert verdict.fault is None
    assert verdict.head.number == Entry.objects.count() == before + 60


def test_recording_waits_for_a_concurrent_recording_transaction(transactional_db):
    """The second entry must follow the first one's number and hash, which are not visible yet."""
    recorded = []

    def record_second():
        try:
            recorded.append(record(actor="bob", action=Action.SIGNED_IN))
        finally:
            connection.close()

    second = threading.Thread(target=record_second)
    with transaction.atomic():
        first = record(actor="ada", action=Action.SIGNED_IN)
        second.start()
        second.join(timeout=0.5)
        assert not recorded
    second.join()

    assert [entry.number for entry in recorded] == [first.number + 1]
    assert verify().fault is None
