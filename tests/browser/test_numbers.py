import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SCREENS
from tests.factories import (
    make_batch,
    make_member,
    make_number,
    make_sync,
    make_webhook,
    update_webhooks,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def company(transactional_db):
    """Numbers of two groups: gaps, one doubled, one of which a webhook was missed in March."""
    make_member()
    make_sync()
    restricted = {"messaging": {"US": "restricted"}}
    make_number(id="PNdesk", name="Front desk", groupId="GRfront")
    make_number(id="PNsales", name="Sales desk", number="+14155550157", groupId="GRfront")
    make_number(id="PNreno", name="Reno branch", portingStatus="pending", groupId="GRbranches")
    make_number(id="PNodd", name="A" * 80, restrictions=restricted, groupId=None)
    make_webhook(resourceIds=["PNdesk"], url="https://a-host-that-does-not-end.example/in")
    make_webhook(resourceIds=["PNsales"])
    make_webhook(resourceIds=["PNsales"])
    make_webhook(resourceIds=["*"], events=["message.delivered"], url="https://archive.example/")
    for place in range(9):
        make_webhook(resourceIds=["PNdesk"], url=f"https://hooks{place}.customers-crm.example/in")
    batch = make_batch(form_data={"url": f"https://{'h' * 60}.example/in"})
    batch.rows.update(numbers=["PNreno"])
    gone = make_webhook(id="WHgone", resourceIds=["PNreno"], createdAt="2026-01-05T00:00:00Z")
    update_webhooks(gone, last_seen_at="2026-03-10T12:00:00Z", missing_since="2026-03-14T12:00:00Z")


def test_number_pages_pass_accessibility_checks(page, sign_in, check_accessibility, company):
    sign_in(page)

    for address in (
        "/numbers/",
        "/numbers/?gap=received&q=reno",
        "/numbers/?q=nothing",
        "/numbers/?on=2026-03-12",
        "/numbers/?on=tomorrow",
        "/numbers/?group=GRfront&event=received&host=example.com",
        "/numbers/map/",
        "/numbers/map/?event=delivered&gap=delivered&group=GRfront",
        "/numbers/map/?q=nothing",
        "/numbers/PNreno/",
        "/numbers/PNreno/?on=2026-03-12",
        "/numbers/PNodd/?on=9999-01-01",
        "/numbers/note/?numbers=PNodd&numbers=PNreno",
    ):
        page.goto(address)
        check_accessibility(page)


@pytest.mark.parametrize("viewport", SCREENS, ids=["desk", "phone"])
def test_note_can_be_added_to_selected_numbers_and_removed(open_page, sign_in, company, viewport):
    page = sign_in(open_page(viewport=viewport))
    page.goto("/numbers/")
    page.get_by_role("link", name=re.compile("Message received: not covered")).click()

    page.get_by_label("Select Reno branch").check()
    expect(page.get_by_text("1 selected")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_label("Select Reno branch")).not_to_be_checked()
    if viewport["width"] > 1000:
        page.get_by_label("Select all on this page").check()
        expect(page.get_by_text("2 selected")).to_be_visible()
    else:
        page.get_by_label("Select Reno branch").check()
    page.get_by_role("button", name="Note a Quo app webhook").click()
    page.get_by_label("Note").fill("To the CRM, says Tom")
    page.get_by_role("button", name="Save note").click()

    page.goto("/numbers/?gap=noted")
    noted = page.get_by_role("row", name=re.compile(r"noted\) ?by olga"))
    expect(noted).to_have_count(1 if viewport["width"] < 1000 else 2)
    page.get_by_role("link", name="Reno branch").click()
    expect(page.get_by_text("To the CRM, says Tom").first).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The note was removed.")).to_be_visible()


def test_past_coverage_is_shown_without_javascript(no_javascript, sign_in, company):
    page = sign_in(no_javascript, "Viewers", "vera")
    page.goto("/numbers/")
    page.get_by_label("As of", exact=True).fill("2026-03-12")
    page.get_by_role("button", name="Show").click()
    expect(
        page.get_by_text("Uncertain: last seen 10 March 2026, missing 14 March 2026")
    ).to_be_visible()

    page.get_by_role("link", name="Reno branch").click()

    assert page.url.endswith("/numbers/PNreno/?on=2026-03-12")
    sentence = (
        "Messages received by Reno branch on 12 March 2026 were possibly sent to example.com."
    )
    expect(page.get_by_text(sentence)).to_be_visible()


def test_selection_or_entire_list_opens_the_planner_without_javascript(
    no_javascript, sign_in, company
):
    page = sign_in(no_javascript)
    page.goto("/numbers/?gap=received")
    page.get_by_label("Select Reno branch").check()
    page.get_by_role("button", name="Plan a batch").click()
    expect(page.get_by_role("checkbox", name="Reno branch")).to_be_checked()

    page.go_back()
    page.get_by_role("link", name="Plan a batch for all 2").click()
    expect(page.get_by_text("2 numbers without coverage for Message received")).to_be_visible()


def test_map_scrolls_sideways_in_its_own_region_and_its_groups_stay(open_page, sign_in, company):
    page = sign_in(open_page(viewport={"width": 900, "height": 900}))
    page.goto("/numbers/map/")
    region = page.get_by_role("region", name="Map")
    group = region.get_by_role("rowheader", name=re.compile("Front desk and 1 more"))
    left = group.bounding_box()["x"]

    expect(region.get_by_role("columnheader", name="Not covered")).not_to_be_in_viewport()

    region.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")

    expect(region.get_by_role("columnheader", name="Not covered")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 900
    assert group.bounding_box()["x"] == left


def test_count_of_the_map_opens_its_list_by_keyboard(open_page, sign_in, company):
    page = sign_in(open_page(viewport=SCREENS[1]))
    page.goto("/numbers/map/")

    page.get_by_role("link", name="1 of 2 numbers to example.com").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("link", name="Sales desk")).to_be_visible()
    page.get_by_role("link", name="Message received: example.com remove").click()
    expect(page.get_by_role("link", name="Front desk")).to_be_visible()
