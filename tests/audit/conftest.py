import pytest

from quo_admin.audit import triggers
from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.audit.services import record


@pytest.fixture
def empty_audit_log(db):
    """Without what the migrations wrote down."""
    with triggers.temporarily_dropped():
        Entry.objects.all().delete()


@pytest.fixture
def five(empty_audit_log):
    """An audit log of five entries, made as the product makes them."""
    for number in range(1, 6):
        record(actor="ada", action=Action.KEY_REVEALED, target=f"WH{number}", label="Support")
