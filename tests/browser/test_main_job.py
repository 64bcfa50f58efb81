"""The main job in a real browser: sign in, create, reveal, find, delete."""

import re

import pytest
from playwright.sync_api import expect

from quo_admin.accounts import recent_authentication
from quo_admin.webhooks.models import Webhook
from tests.factories import KEY, make_number, make_webhook


@pytest.fixture
def numbers(db):
    make_number(id="PNfront", name="Front desk", number="+14155550134")
    make_number(id="PNsales", name="Sales desk", number="+14155550157")
    make_number(id="PNbill", name="Billing", number="+14155550142")


@pytest.fixture
def company(sandbox, numbers):
    """A local Quo that knows the numbers which the page offers."""
    like = sandbox.store.all("number")[0]
    sandbox.store.add([("number", like | {"id": id}) for id in ("PNfront", "PNsales")])
    return sandbox


def test_create_reveal_and_delete_by_mouse(page, sign_in, company):
    sign_in(page)
    page.get_by_role("link", name="Webhooks", exact=True).click()
    page.get_by_role("link", name="New webhook").first.click()
    page.get_by_label("Label").fill("CRM inbound")
    page.get_by_label("Search numbers").fill("desk")
    expect(page.get_by_text("Billing")).to_have_count(0)
    page.get_by_role("checkbox", name="Front desk").check()
    page.get_by_role("checkbox", name=re.compile("^Message received")).check()
    page.get_by_label("Endpoint URL").fill("https://hooks.example/quo")

    expect(page.locator("#preview .lead")).to_have_text(
        "Messages received by Front desk will be sent to hooks.example."
    )
    expect(page.locator("#chosen")).to_have_text("1 selected")
    page.get_by_role("button", name="Create webhook").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("CRM inbound")
    page.get_by_role("button", name="Reveal for 60 seconds").click()
    expect(page.locator("#key")).to_have_text(re.compile(r"^[A-Za-z0-9+/]{43}=$"))
    page.reload()
    expect(page.locator("#key")).to_have_count(0)
    page.get_by_label("Find a webhook or number").fill("front")
    page.keyboard.press("Enter")
    page.get_by_role("row", name="CRM inbound").get_by_role("link").click()
    page.get_by_role("link", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete webhook").click()

    expect(page.get_by_text("Deleted by olga").first).to_be_visible()
    assert Webhook.objects.get().deleted_by == "olga"


def test_create_reveal_and_delete_by_keyboard(page, sign_in, company):
    sign_in(page)
    page.goto("/webhooks/new/")

    tab_to(page, page.get_by_label("Label"))
    page.keyboard.type("CRM inbound")
    tab_to(page, page.get_by_label("Search numbers"))
    page.keyboard.type("front")
    expect(page.get_by_text("Billing")).to_have_count(0)
    tab_to(page, page.get_by_role("checkbox", name="Front desk"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("checkbox", name=re.compile("^Message received")))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("Endpoint URL"))
    page.keyboard.type("http://hooks.example/quo")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing was sent yet").first).to_be_visible()
    assert not Webhook.objects.exists()

    tab_to(
        page,
        page.get_by_role(
            "checkbox", name="Not encrypted: anyone on the network path can read these messages"
        ),
    )
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Create webhook"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("CRM inbound")
    tab_to(page, page.get_by_role("button", name="Reveal for 60 seconds"))
    page.keyboard.press("Enter")
    expect(page.locator("#key")).to_be_visible()
    tab_to(page, page.get_by_role("link", name="Hide key"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Delete", exact=True))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Delete webhook"))
    page.keyboard.press("Enter")

    expect(page.get_by_text("Deleted by olga").first).to_be_visible()


def tab_to(page, locator):
    """Press Tab until the focus is there; a person gives up after a hundred."""
    for _ in range(100):
        if locator.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reached {locator}")


def test_create_reveal_and_delete_without_javascript(no_javascript, sign_in, company):
    page = sign_in(no_javascript)
    page.goto("/webhooks/new/")
    page.get_by_label("Label").fill("CRM inbound")
    page.get_by_label("Search numbers").fill("front")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Billing")).to_have_count(0)
    page.get_by_role("checkbox", name="Front desk").check()
    page.get_by_role("checkbox", name=re.compile("^Message received")).check()
    page.get_by_label("Endpoint URL").fill("https://hooks.example/quo")
    page.get_by_role("button", name="Preview request").last.click()
    expect(page.locator("#preview .lead")).to_have_text(
        "Messages received by Front desk will be sent to hooks.example."
    )
    page.get_by_role("button", name="Create webhook").click()
    page.get_by_role("button", name="Reveal for 60 seconds").click()
    expect(page.locator("#key")).to_be_visible()
    page.get_by_role("link", name="Hide key").click()
    page.get_by_role("link", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete webhook").click()

    expect(page.get_by_text("Deleted by olga").first).to_be_visible()


def test_double_click_creates_only_one_webhook(page, sign_in, company):
    company.faults.add("slow", "POST", seconds=0.002)
    sign_in(page)
    page.goto("/webhooks/new/")
    page.get_by_role("checkbox", name="Front desk").check()
    page.get_by_role("checkbox", name=re.compile("^Message received")).check()
    page.get_by_label("Endpoint URL").fill("https://hooks.example/quo")

    page.get_by_role("button", name="Create webhook").dblclick(no_wait_after=True)

    expect(page.get_by_role("button", name="Reveal for 60 seconds")).to_be_visible()
    assert Webhook.objects.count() == 1


def test_key_can_be_copied_without_being_shown(open_page, sign_in):
    webhook = make_webhook()
    page = sign_in(open_page(permissions=["clipboard-read", "clipboard-write"]))
    page.goto(webhook.get_absolute_url())

    page.get_by_role("button", name="Copy without showing").click()

    expect(page.get_by_text("Copied without showing. Written to the audit log.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == KEY
    assert KEY not in page.content()


def test_copying_with_a_stale_sign_in_requires_the_password(page, sign_in, monkeypatch):
    webhook = make_webhook()
    sign_in(page).goto(webhook.get_absolute_url())
    monkeypatch.setattr(recent_authentication, "is_recent", lambda request: False)

    page.get_by_role("button", name="Copy without showing").click()

    expect(page.get_by_role("heading", name="Confirm your identity")).to_be_visible()


PAGES = [
    "/",
    "/webhooks/",
    "/webhooks/?q=nothing-like-it",
    "/webhooks/new/",
    "/webhooks/WHone/",
    "/webhooks/WHone/key/",
    "/webhooks/WHone/delete/",
    "/webhooks/attempts/",
    "/webhooks/access/",
    "/numbers/",
    "/numbers/?on=2026-03-12",
    "/numbers/notes/",
    "/onboarding/",
    "/audit/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
]


def test_pages_pass_accessibility_checks(page, sign_in, check_accessibility, sandbox, numbers):
    make_webhook(id="WHone", label="CRM inbound, " + "very " * 20 + "long", resourceIds=["PNfront"])
    make_webhook(label="x" * 3000, url=f"https://{'y' * 3000}.example/", resourceIds=["PNfront"])
    sign_in(page)

    for address in PAGES:
        page.goto(address)
        check_accessibility(page)


def test_create_page_with_errors_and_warnings_is_accessible(page, sign_in, accessible, company):
    sign_in(page)
    page.goto("/webhooks/new/")
    page.get_by_role("button", name="Create webhook").click()
    expect(page.get_by_role("alert")).to_be_focused()
    accessible(page)

    page.get_by_label("All numbers").check()
    page.get_by_role("checkbox", name=re.compile("^Message received")).check()
    page.get_by_label("Endpoint URL").fill("http://hooks.example/quo")
    page.get_by_role("button", name="Create webhook").click()

    expect(page.get_by_text("2 warnings to confirm. Nothing was sent.")).to_be_visible()
    accessible(page)
