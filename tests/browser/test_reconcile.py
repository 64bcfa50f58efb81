from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from quo_admin.worker.models import Heartbeat
from tests.factories import make_attempt, make_number
from tests.webhooks.unknown_attempts import look, made_at_quo, state, unknown

pytestmark = pytest.mark.browser
URL = "https://intake.northlake-desk.example/quo/texts/in?token=8c1f03e2b7"


@pytest.fixture
def ambiguous_attempt(sandbox, transactional_db):
    """An attempt, and the ids of the two webhooks that may be its."""
    make_number(id="PN1", name="Front desk")
    attempt = unknown(ago=10, url=URL, resource_ids=("PN1",))
    ids = [made_at_quo(sandbox, ago=ago, url=URL, resourceIds=["PN1"])["id"] for ago in (8, 4)]
    look()
    attempt.refresh_from_db()
    return attempt, ids


def test_attempt_pages_pass_accessibility_checks(
    page, sign_in, check_accessibility, ambiguous_attempt
):
    addresses = ["/", "/webhooks/attempts/?state=several", ambiguous_attempt[0].get_absolute_url()]
    for ended in ("sending", "unknown", "found", "not_created"):
        addresses.append(make_attempt(ended).get_absolute_url())
    addresses.append(f"/webhooks/new/?again={ambiguous_attempt[0].pk}")
    sign_in(page)

    for address in addresses:
        page.goto(address)
        check_accessibility(page)


def test_candidate_can_be_selected_without_javascript(no_javascript, sign_in, ambiguous_attempt):
    attempt, ids = ambiguous_attempt
    page = sign_in(no_javascript)
    page.goto(attempt.get_absolute_url())

    page.get_by_role("button", name=f"This one {ids[1]}").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Found at Quo after the response was lost")).to_be_visible()
    assert state(attempt) == "found"
    assert attempt.webhook.quo_id == ids[1]


def test_page_refreshes_and_shows_the_reconciled_webhook(page, sign_in, sandbox):
    Heartbeat.objects.create(worker="desk:1", seen_at=timezone.now() + timedelta(seconds=30))
    attempt = unknown(ago=5)
    sign_in(page).goto(attempt.get_absolute_url())
    expect(
        page.get_by_text("The worker checks again soon. This page refreshes by itself.")
    ).to_be_visible()

    made_at_quo(sandbox)
    look()

    expect(page.get_by_text("Found at Quo after the response was lost")).to_be_visible(
        timeout=10_000
    )
