from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from quo_admin.webhooks.models import Webhook
from tests.factories import make_attempt, make_number, make_webhook

pytestmark = pytest.mark.browser
SCREENS = [{"width": 1280, "height": 900}, {"width": 390, "height": 844}]


def test_webhook_and_attempt_pages_pass_accessibility_checks(page, sign_in, check_accessibility):
    make_number(id="PN1")
    webhook = make_webhook(label="Front desk to a system with a long name", status="disabled")
    gone = make_webhook(url="http://a-host-with-a-very-long-name.intake.northlake-desk.example/")
    Webhook.objects.filter(pk=gone.pk).update(missing_since=timezone.now(), deleted_by="olga")
    unknown, stuck = make_attempt("unknown"), make_attempt("sending")
    sign_in(page)

    for address in (
        "/",
        "/webhooks/",
        "/webhooks/?q=desk&status=disabled",
        "/webhooks/?q=nothing&host=example.com",
        "/webhooks/?counts=1&sort=label&rows=25",
        webhook.get_absolute_url(),
        gone.get_absolute_url(),
        "/webhooks/attempts/",
        unknown.get_absolute_url(),
        stuck.get_absolute_url(),
    ):
        page.goto(address)
        check_accessibility(page)


def test_slash_focuses_the_search_on_any_page(page, sign_in):
    make_webhook(label="Sales"), make_webhook(label="Billing")
    sign_in(page).goto("/numbers/")

    page.keyboard.press("/")
    page.keyboard.type("sales")
    page.keyboard.press("Enter")

    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("link", name="Sales")).to_be_visible()


def test_slash_can_be_typed_in_the_search_field(page, sign_in):
    make_webhook()
    sign_in(page).goto("/webhooks/")

    page.get_by_label("Search by label, host, number, member or ID").press_sequentially("a/b")

    expect(page.get_by_label("Search by label, host, number, member or ID")).to_have_value("a/b")


def test_filter_can_be_set_and_removed_without_javascript(no_javascript, sign_in):
    make_webhook(label="On"), make_webhook(label="Off", status="disabled")
    page = sign_in(no_javascript)
    page.goto("/webhooks/")
    page.get_by_role("link", name="Show counts").click()

    page.get_by_role("link", name="Disabled 1").click()
    expect(page.get_by_role("link", name="Off")).to_be_visible()
    expect(page.get_by_role("link", name="On", exact=True)).to_have_count(0)

    page.get_by_role("link", name="State: disabled remove").click()
    expect(page.get_by_role("link", name="On", exact=True)).to_be_visible()


def test_counts_and_findings_are_loaded_after_the_list(page, sign_in):
    make_webhook(label="On"), make_webhook(label="Off", status="disabled")
    sign_in(page).goto("/webhooks/")

    expect(page.get_by_role("link", name="Disabled 1")).to_be_visible()
    expect(page.get_by_role("link", name="Show counts")).to_have_count(0)
    expect(page.get_by_text("1 to 2 of 2, newest first")).to_be_visible()
    expect(page.get_by_role("button", name="Export 2")).to_be_visible()
    expect(page.get_by_role("row", name="Off").get_by_text("Disabled (permanent)")).to_be_visible()

    page.get_by_role("link", name="Disabled 1").click()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("button", name="Export 1")).to_be_visible()


def test_list_is_shown_when_loading_the_counts_fails(page, sign_in):
    make_webhook(label="On")
    sign_in(page).route("**/webhooks/facets/*", lambda route: route.abort())
    page.route("**/webhooks/facets/", lambda route: route.abort())
    page.goto("/webhooks/")

    expect(page.get_by_role("link", name="Show counts")).to_be_visible()
    expect(page.get_by_role("link", name="On", exact=True)).to_be_visible()
    page.complaints.clear()  # htmx says on the console that it is incomplete


def test_filtered_list_can_be_sorted_and_exported_on_a_phone(open_page, sign_in):
    make_webhook(label="Beta"), make_webhook(label="Alpha"), make_webhook(url="https://b.example/")
    page = sign_in(open_page(viewport=SCREENS[1]))
    page.goto("/webhooks/?host=example.com")

    page.get_by_text("Filters: 1 on").click()
    page.get_by_role("link", name="Label and ID").click()
    expect(page.locator("tbody th a")).to_have_text(["Alpha", "Beta"])

    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    table = download.value.path().read_text("utf-8-sig")
    assert download.value.suggested_filename.startswith("webhooks-")
    assert table.count("WH") == 2
    assert "b.example" not in table


def test_sending_attempt_page_shows_the_result_automatically(page, sign_in):
    attempt = make_attempt("sending", started_at=timezone.now())
    sign_in(page).goto(attempt.get_absolute_url())
    expect(page.get_by_text("Quo has not responded yet")).to_be_visible()

    attempt.ended_at = timezone.now() + timedelta(seconds=1)
    attempt.state = "rejected"
    attempt.save()

    expect(page.get_by_text("Nothing was created")).to_be_visible(timeout=10_000)


@pytest.mark.parametrize("what", ["number", "event"])
def test_long_names_do_not_widen_the_list_beyond_the_screen(page, sign_in, transactional_db, what):
    if what == "number":
        make_number(id="PN1", name="W" * 120)
    events = ["e" * 120] if what == "event" else ["message.received", "message.delivered"]
    make_webhook(resourceIds=["PN1"], events=events, url="http://a.example")
    sign_in(page)

    for width in (1600, 1280, 800, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/webhooks/")
        assert page.evaluate("document.documentElement.scrollWidth") == width
