import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SCREENS
from tests.factories import make_webhook


def test_sign_in_page_passes_accessibility_checks(page, check_accessibility):
    page.goto("/accounts/login/")

    expect(page).to_have_title("Sign in · Quo Admin")
    check_accessibility(page)


def test_wrong_password_error_is_focused(page, accessible):
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("nothing")

    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_be_focused()
    accessible(page)


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", SCREENS, ids=["desk", "phone"])
def test_menu_opens_in_the_viewport(open_page, sign_in, accessible, viewport, color_scheme):
    page = sign_in(open_page(viewport=viewport, color_scheme=color_scheme))

    page.get_by_role("button", name="olga").click()

    expect(page.get_by_role("link", name="Change password")).to_be_in_viewport()
    accessible(page)


def test_theme_is_applied_immediately_and_keeps_form_input(page, sign_in):
    sign_in(page).goto("/webhooks/new/")
    page.get_by_label("Endpoint URL").fill("https://example.com/texts")
    page.get_by_role("button", name="olga").click()

    with page.expect_response("**/theme/"):
        page.get_by_label("Dark").check()

    expect(page.locator("body")).to_have_css("color-scheme", "dark")
    expect(page.get_by_label("Endpoint URL")).to_have_value("https://example.com/texts")
    page.reload()
    expect(page.locator("body")).to_have_css("color-scheme", "dark")


def test_menu_and_theme_work_without_javascript(no_javascript, sign_in):
    page = sign_in(no_javascript)
    page.get_by_role("button", name="olga").click()
    page.get_by_label("Dark").check()

    page.get_by_role("button", name="Save").click()

    expect(page.locator("body")).to_have_css("color-scheme", "dark")
    page.get_by_role("button", name="olga").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/accounts/login/$"))
    expect(page.locator("body")).to_have_css("color-scheme", "dark")


def test_copy_button_copies_an_id_and_announces_it(open_page, sign_in):
    webhook = make_webhook()
    page = sign_in(open_page(permissions=["clipboard-read", "clipboard-write"]))
    page.goto(webhook.get_absolute_url())

    page.get_by_role("button", name=f"Copy {webhook.quo_id}").first.click()

    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == webhook.quo_id


def test_copy_buttons_are_hidden_without_javascript(no_javascript, sign_in):
    sign_in(no_javascript).goto(make_webhook().get_absolute_url())

    expect(no_javascript.get_by_role("heading", name="Details from Quo")).to_be_visible()
    expect(no_javascript.locator("[data-copy]").first).to_be_hidden()


def test_submit_button_is_disabled_while_sending_and_enabled_after_going_back(page):
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("nothing")
    page.evaluate(
        "addEventListener('pagehide', () => sessionStorage.left ="
        " document.querySelector('.primary').outerHTML)"
    )

    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("/accounts/login/")
    left = page.evaluate("sessionStorage.left")
    page.go_back()

    assert "disabled" in left
    assert "Signing in…" in left
    expect(page.get_by_role("button", name="Sign in")).to_be_enabled()
