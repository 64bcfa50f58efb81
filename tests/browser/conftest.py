"""A real Chromium on the live server. A page that says anything on the console fails its test."""

import os
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from tests.conftest import PASSWORD

CHROMIUM = Path("/usr/bin/chromium")  # Debian's
SCREENS = [{"width": 1280, "height": 900}, {"width": 390, "height": 844}]
QUIET = [
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if "chromium" in item.fixturenames:
            item.add_marker("browser")


@pytest.fixture(scope="package")
def chromium():
    """One browser for these tests. Closed after them, since its event loop is in others' way."""
    if not CHROMIUM.exists():
        missing = "no Chromium here: apt-get install chromium"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright runs a loop in this thread, which Django takes for an asynchronous caller.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, live_server):
    """Open pages as `open_page(viewport=…, color_scheme=…, java_script_enabled=…)` says.

    When the test ends, none of them may have written to the console, raised an error, or asked
    another host for anything. What a test expects it takes from `page.complaints` itself.
    """
    contexts, complaints = [], []

    def open_one(**options):
        context = chromium.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.complaints = complaints
        page.on("console", lambda message: complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("request", lambda request: complaints.extend(_elsewhere(request.url)))
        return page

    def _elsewhere(url):
        parts = urlsplit(url)
        return [] if parts.netloc == urlsplit(live_server.url).netloc else [f"request: {url}"]

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def no_javascript(open_page):
    """A page in a browser that runs no script."""
    return open_page(java_script_enabled=False)


@pytest.fixture
def accessible():
    """Assert that axe finds nothing wrong with a page as it stands."""

    def check(page):
        found = Axe().run(page).response["violations"]
        assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in found] == []

    return check


@pytest.fixture
def check_accessibility(accessible):
    """Assert that a page fits both screens, and that axe finds nothing there in light and in dark.

    The page is loaded once and then looked at, as by somebody who turns a phone or the lamp on.
    """

    def check(page):
        for viewport, scheme in product(SCREENS, ["light", "dark"]):
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width == viewport["width"], page.url
            accessible(page)

    return check


@pytest.fixture
def sign_in(person):
    """Sign a new person of this group in, by the page."""

    def go(page, group="Operators", username="olga"):
        person(group, username)
        page.goto("/accounts/login/")
        # A field that is filled before the browser has focused it makes Chromium complain.
        expect(page.get_by_label("Username")).to_be_focused()
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        return page

    return go
