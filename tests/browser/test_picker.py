"""The number picker and the errors of a form, in a browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import make_number

pytestmark = pytest.mark.browser


@pytest.fixture
def numbers(db):
    for n, name in enumerate(["Front desk", "Billing", "Sales desk", "Reno", "Boise"]):
        make_number(id=f"PN{n}", name=name, number=f"+1415555010{n}")


def test_picker_is_one_tab_stop_with_arrow_keys_and_type_ahead(page, sign_in, numbers):
    sign_in(page).goto("/webhooks/new/")
    page.get_by_role("button", name="Search", exact=True).focus()

    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="Billing")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("checkbox", name="Boise")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.type("sa")
    expect(page.get_by_role("checkbox", name="Sales desk")).to_be_focused()
    page.keyboard.press("Home")
    expect(page.get_by_role("checkbox", name="Billing")).to_be_focused()
    page.keyboard.press("Tab")

    expect(page.locator("summary", has_text="Paste IDs")).to_be_focused()
    expect(page.locator("#chosen")).to_have_text("1 selected")
    expect(page.get_by_role("checkbox", name="Boise")).to_be_checked()


def test_all_numbers_hides_the_selected_numbers_and_keeps_the_selection(page, sign_in, numbers):
    sign_in(page).goto("/webhooks/new/")
    page.get_by_role("checkbox", name="Reno").check()

    page.get_by_role("radio", name="All numbers").check()

    expect(page.get_by_role("checkbox", name="Reno")).to_be_hidden()
    expect(page.locator("#preview .lead")).not_to_contain_text("Reno")
    page.get_by_role("radio", name="Selected numbers").check()
    expect(page.get_by_role("checkbox", name="Reno")).to_be_checked()


def test_field_error_disappears_when_the_field_is_edited(page, sign_in, numbers):
    sign_in(page).goto("/webhooks/new/")
    page.get_by_role("button", name="Create webhook").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Fix 3 fields.")

    page.get_by_label("Endpoint URL").fill("https://hooks.example/quo")
    expect(page.get_by_text("Enter the endpoint URL.")).to_have_count(0)
    expect(summary).to_contain_text("Fix 2 fields. Nothing was sent to Quo.")
    page.get_by_role("checkbox", name="Reno").check()
    page.get_by_role("checkbox", name=re.compile("^Message received")).check()

    expect(summary).to_have_count(0)


def test_exact_time_is_shown_on_focus(page, sign_in, numbers):
    sign_in(page).goto("/numbers/PN3/")
    time = page.locator("dd time").first

    time.focus()

    exact = time.evaluate("element => getComputedStyle(element, '::after').content")
    assert exact.strip('"').endswith(" UTC")
