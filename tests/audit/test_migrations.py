from django.core.management import call_command

from quo_admin.audit import triggers
from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.audit.services import record, verify


def test_index_migration_keeps_entries_and_triggers(transactional_db):
    call_command("migrate", "audit", "0001", verbosity=0)
    for number in range(3):
        record(actor="ada", action=Action.KEY_REVEALED, target=f"WH{number}")
    before = list(Entry.objects.order_by("number").values())

    call_command("migrate", verbosity=0)

    assert list(Entry.objects.order_by("number").values())[: len(before)] == before
    assert verify().fault is None
    assert triggers.check(databases=["default"]) == []
