import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from quo_admin.quo import spec
from tests.webhooks.synced import FOLLOW_UP, TOMS, change, know_all

pytestmark = pytest.mark.django_db


def output():
    out = StringIO()
    call_command("sync", stdout=out)
    return out.getvalue()


def test_command_prints_a_summary(sandbox):
    assert re.fullmatch(
        r"Read 6 members, 34 numbers and 27 webhooks in \d\.\d s\.\n"
        r"Webhooks: 27 not created here\.\n",
        output(),
    )


def test_command_prints_each_change(sandbox):
    know_all(sandbox)
    change(sandbox, FOLLOW_UP, label="Other")
    sandbox.store.delete("webhook", "WH8Tb2TbhYz")

    lines = output().splitlines()

    assert lines[1:3] == [
        "Webhooks: 25 in sync, 1 changed at Quo, 1 missing at Quo.",
        f"Changed at Quo: Other ({FOLLOW_UP}), label Showroom follow-up → label Other",
    ]
    assert lines[3].startswith("Missing at Quo: Reno pilot (WH8Tb2TbhYz), state last seen ")
    assert len(lines) == 4
    assert len(output().splitlines()) == 2


def test_command_fails_and_names_the_data_that_was_not_read(sandbox):
    sandbox.faults.add("status", TOMS, status=403, body={"message": "Forbidden"})

    with pytest.raises(CommandError) as failed:
        output()

    assert str(failed.value) == "Some data could not be read. Webhooks of Tom Lindqvist: Forbidden."
    assert failed.value.returncode == 1


def test_command_names_the_parts_skipped_after_an_early_stop(sandbox):
    sandbox.faults.add("status", f"GET {spec.PHONE_NUMBERS}", status=401, body={"message": "No"})

    with pytest.raises(
        CommandError,
        match=r"Numbers: Quo rejected the API key\. .* Stopped early; webhooks were not read\.",
    ):
        output()
