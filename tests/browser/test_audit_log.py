import re

import pytest
from playwright.sync_api import expect

from quo_admin.audit import services, verification
from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.audit.services import record

pytestmark = pytest.mark.browser


@pytest.fixture
def long_audit_log(transactional_db):
    """An audit log of two people and a webhook with a name that is long."""
    for number in range(60):
        record(
            actor="grace" if number % 3 else "priya",
            action=Action.WEBHOOK_CHANGED if number % 3 else Action.KEY_REVEALED,
            target=f"WH{number % 2}",
            label="Front desk to a system with a name that does not want to end anywhere here",
            before="url https://hooks.northlake-desk.example/quo/in" if number % 3 else "",
            after="url https://hooks.northlake-desk.example/quo/v2",
        )


def test_audit_log_pages_pass_accessibility_checks(
    page, sign_in, check_accessibility, long_audit_log, monkeypatch
):
    sign_in(page, "Viewers")

    for address in (
        "/audit/",
        "/audit/?q=hooks&person=grace&act=webhook.changed&since=2026-01-01&rows=25",
        "/audit/?q=nothing&object=WH1",
        "/audit/?since=2026-13-45&q=" + "x" * 300,
        "/audit/verify/?at=none",
    ):
        page.goto(address)
        check_accessibility(page)
    page.get_by_role("button", name=re.compile("^Verify ")).click()
    page.get_by_role("heading", name="The audit log is intact").wait_for()
    check_accessibility(page)


def test_filter_export_and_verify_work_without_javascript(
    no_javascript, sign_in, long_audit_log, monkeypatch
):
    monkeypatch.setattr(services, "STEP", 20)
    monkeypatch.setattr(verification, "STEP_S", 0)
    page = sign_in(no_javascript, "Viewers", "vera")

    page.get_by_role("link", name="Audit log", exact=True).click()
    page.get_by_label("Person").select_option("priya")
    page.get_by_label("Act").select_option(label="Key revealed")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("1 to 20 of 20, newest first")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name="Export 20 as CSV").click()
    lines = download.value.path().read_bytes().split(b"\r\n")
    assert download.value.suggested_filename.startswith("audit-log-")
    assert len(lines) == 20 + 2  # the header, and the end of the last line

    page.get_by_role("link", name="Person: priya").click()
    expect(page.get_by_label("Person")).to_have_value("")

    page.get_by_role("link", name="Verify").click()
    page.get_by_role("button", name=re.compile("^Verify ")).click()
    page.get_by_role("heading", name="The audit log is intact").wait_for()
    entry = Entry.objects.get(action=Action.AUDIT_LOG_VERIFIED)
    assert entry.actor == "vera"
    page.reload()
    assert Entry.objects.filter(action=Action.AUDIT_LOG_VERIFIED).count() == 1


def test_printed_verification_shows_the_full_head(page, sign_in, long_audit_log):
    sign_in(page, "Viewers").goto("/audit/verify/")
    page.get_by_role("button", name=re.compile("^Verify ")).click()
    page.emulate_media(media="print")

    head = page.locator("#head")
    expect(head).to_be_visible()
    shown = "".join(head.inner_text().split())
    assert shown in Entry.objects.get(action=Action.AUDIT_LOG_VERIFIED).after
    assert re.fullmatch(r"[0-9]+:[0-9a-f]{64}", shown)
