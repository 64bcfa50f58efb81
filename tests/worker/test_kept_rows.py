"""Kept rows are checked, rebuilt by a command, and corrected at night."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from quo_admin.webhooks.models import Finding
from quo_admin.worker import kept_rows
from quo_admin.worker.management.commands import rebuild
from quo_admin.worker.models import KeptRowsCheck
from tests.factories import make_webhook

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def wrong_findings():
    """A finding that is not stored, and one that does not exist any more."""
    webhook = make_webhook(id="WHone", url="http://example.com/quo", resourceIds=["PN1"])
    make_webhook(id="WHtwo", resourceIds=["PN2"])
    Finding.objects.filter(webhook=webhook, policy="plain-http").delete()
    Finding.objects.create(webhook=webhook, policy="disabled", since=timezone.now())


def run(capsys, *options):
    call_command("rebuild", *options)
    return capsys.readouterr().out


def test_check_shows_what_is_wrong_and_changes_nothing(wrong_findings, capsys):
    before = list(Finding.objects.values())

    with pytest.raises(CommandError, match=r"manage\.py rebuild"):
        run(capsys, "--check")

    out = capsys.readouterr().out
    assert "Webhook WHone: finding plain-http was not stored.\n" in out
    assert "Webhook WHone: finding disabled does not exist any more.\n" in out
    assert "Findings: 2 wrong.\n" in out
    assert list(Finding.objects.values()) == before


def test_rebuild_corrects_what_is_wrong(wrong_findings, capsys):
    assert "Findings: 2 corrected.\n" in run(capsys)

    assert "Findings: 0 wrong.\n" in run(capsys, "--check")
    assert Finding.objects.filter(policy="plain-http").count() == 1


def test_rebuild_shows_only_the_first_differences(monkeypatch, capsys):
    monkeypatch.setattr(rebuild, "LINES", 3)
    for _ in range(5):
        make_webhook(url="http://example.com/quo", resourceIds=["PN1"])
    Finding.objects.filter(policy="plain-http").delete()

    out = run(capsys)

    assert out.count("was not stored") == 3
    assert "and 2 more\nFindings: 5 corrected.\n" in out


def test_rebuild_keeps_since_of_correct_findings(capsys):
    make_webhook(url="http://example.com/quo")
    Finding.objects.update(since=NIGHT)

    run(capsys)

    assert set(Finding.objects.values_list("since", flat=True)) == {NIGHT}


def test_worker_corrects_a_part_each_night(wrong_findings, monkeypatch, caplog):
    monkeypatch.setattr(timezone, "now", lambda: NIGHT)

    while kept_rows.check_next():
        pass

    assert "Corrected findings: Webhook WHone: finding plain-http was not stored." in caplog.text
    assert Finding.objects.filter(policy="plain-http").exists()
    assert set(KeptRowsCheck.objects.values_list("checked_at", flat=True)) == {NIGHT}


def test_nightly_check_continues_where_it_ended(monkeypatch):
    webhooks = [make_webhook() for _ in range(3)]
    monkeypatch.setattr(timezone, "now", lambda: NIGHT)
    monkeypatch.setattr("quo_admin.webhooks.policies.update.AT_ONCE", 1)
    monkeypatch.setattr(kept_rows, "CHUNKS_AT_A_TIME", 2)
    findings = KeptRowsCheck.objects.filter(name="findings")

    assert kept_rows.check_next()
    assert findings.get().position == webhooks[1].pk
    findings.update(checked_at=NIGHT - kept_rows.EVERY)
    assert kept_rows.check_next()
    assert findings.get().position == 0


def test_nothing_is_checked_by_day(wrong_findings, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NIGHT.replace(hour=12))

    assert not kept_rows.check_next()
