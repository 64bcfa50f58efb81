from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from quo_admin.webhooks.models import Attempt
from tests.factories import make_attempt
from tests.webhooks.unknown_attempts import made_at_quo, state, unknown

pytestmark = pytest.mark.django_db


def reconcile(out=None):
    """Run the command, and return what it says, line by line."""
    out = out or StringIO()
    call_command("reconcile", stdout=out)
    return out.getvalue().splitlines()


def test_command_prints_the_result_of_each_attempt(sandbox):
    found, missing = unknown(ago=9, label="Desk"), unknown(ago=8, label="Sales")
    unclear = unknown(ago=7, label="Billing")
    doc = made_at_quo(sandbox, label="Desk")
    for _ in range(2):
        made_at_quo(sandbox, label="Billing")

    assert reconcile() == [
        f"Attempt {found.pk}: Found, {doc['id']}",
        f"Attempt {missing.pk}: Unknown",
        f"Attempt {unclear.pk}: 2 webhooks match; decide on the attempt’s page",
    ]


def test_lists_of_all_members_with_unknown_attempts_are_read(sandbox):
    member = sandbox.store.all("user")[-1]["id"]
    owners, members = unknown(ago=5), unknown(ago=5, user_id=member)
    made_at_quo(sandbox)
    made_at_quo(sandbox, userId=member)

    reconcile()

    assert state(owners) == state(members) == "found"


def test_interrupted_attempt_is_reconciled_and_running_one_is_not(sandbox):
    cut_off = unknown(ago=60)
    Attempt.objects.update(state="sending", ended_at=None)
    sending = make_attempt("sending", started_at=timezone.now())
    made_at_quo(sandbox, ago=50)

    assert len(reconcile()) == 1

    assert (state(cut_off), state(sending)) == ("found", "sending")


def test_command_fails_when_one_list_fails_but_reads_the_others(sandbox):
    member = sandbox.store.all("user")[-1]["id"]
    owners, members = unknown(ago=9), unknown(ago=5, user_id=member)
    made_at_quo(sandbox, userId=member)
    sandbox.faults.add("status", status=401, body={"error": {"message": "Unauthorized"}})

    out = StringIO()
    with pytest.raises(CommandError, match="Quo rejected the API key") as failed:
        reconcile(out)

    assert failed.value.returncode == 1
    assert (state(owners), state(members)) == ("unknown", "found")
    assert len(out.getvalue().splitlines()) == 2


def test_command_without_unknown_attempts_prints_a_message(db):
    assert reconcile() == ["No unknown attempts."]
