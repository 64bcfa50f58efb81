import pytest
from django.core.management import CommandError, call_command

from quo_admin.audit import triggers
from quo_admin.audit.models import Entry
from quo_admin.audit.services import verify


def output_of(capsys, *args):
    call_command("verify_audit_log", *args)
    return capsys.readouterr().out


def test_command_prints_the_count_and_head_of_an_intact_log(five, capsys):
    printed = output_of(capsys)

    assert "Intact entries: 5\n" in printed
    assert f"Head: 5:{Entry.objects.get(number=5).hash}\n" in printed


def test_empty_audit_log_is_intact(empty_audit_log, capsys):
    assert "Intact entries: 0\n" in output_of(capsys)


def test_altered_entry_makes_the_command_fail(five):
    with triggers.temporarily_dropped():
        Entry.objects.filter(number=2).update(actor="eve")

    with pytest.raises(CommandError, match=r"Entry 2 was altered \(actor\)") as failed:
        call_command("verify_audit_log")
    assert failed.value.returncode == 1


def test_printed_head_detects_a_truncated_log(five, capsys):
    head = str(verify().head)
    assert "No entry was altered" in output_of(capsys, "--head", head)
    with triggers.temporarily_dropped():
        Entry.objects.filter(number=5).delete()

    with pytest.raises(CommandError, match="Entries were removed from the end"):
        call_command("verify_audit_log", "--head", head)


def test_invalid_head_gives_an_error_with_the_expected_format(five):
    with pytest.raises(CommandError, match="NUMBER:HASH"):
        call_command("verify_audit_log", "--head", "12")


def test_missing_triggers_make_the_command_fail(five):
    with triggers.temporarily_dropped(), pytest.raises(CommandError, match="triggers are missing"):
        call_command("verify_audit_log")
