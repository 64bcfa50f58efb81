import pytest
from django.core.management import CommandError, call_command

from quo_admin.audit import triggers
from quo_admin.audit.models import Entry
from quo_admin.audit.services import verify


def output_of(capsys, *args):
    call_command("verify_audit_log", *args)
    return capsys.readouterr().out


def test_sound_audit_log_is_counted_and_its_head_printed(five, capsys):
    printed = output_of(capsys)

    assert "Intact entries: 5\n" in printed
    assert f"Head: 5:{Entry.objects.get(number=5).hash}\n" in printed


def test_empty_audit_log_holds(empty_audit_log, capsys):
    assert "Intact entries: 0\n" in output_of(capsys)


def test_first_fault_ends_the_command_with_an_error(five):
    with triggers.taken_off():
        Entry.objects.filter(number=2).update(actor="eve")

    with pytest.raises(CommandError, match=r"Entry 2 was altered \(actor\)") as failed:
        call_command("verify_audit_log")
    assert failed.value.returncode == 1


def test_printed_head_shows_that_the_end_was_cut_off(five, capsys):
    head = str(verify().head)
    assert "No entry was altered" in output_of(capsys, "--head", head)
    with triggers.taken_off():
        Entry.objects.filter(number=5).delete()

    with pytest.raises(CommandError, match="The end was cut off"):
        call_command("verify_audit_log", "--head", head)


def test_head_that_is_none_is_refused_with_its_form(five):
    with pytest.raises(CommandError, match="NUMBER:HASH"):
        call_command("verify_audit_log", "--head", "12")


def test_missing_triggers_end_the_command_with_an_error(five):
    with triggers.taken_off(), pytest.raises(CommandError, match="triggers are missing"):
        call_command("verify_audit_log")
