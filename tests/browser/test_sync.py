"""A sync on its page, while a worker in another thread reads it."""

import threading

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from quo_admin.quo import spec
from quo_admin.sandbox.seed.members import TOM
from quo_admin.worker import loop
from quo_admin.worker.jobs import Job
from quo_admin.workspace import services
from quo_admin.workspace.models import Sync
from tests.factories import make_sync

pytestmark = pytest.mark.browser
READING_TOM = "Reading webhooks of Tom Lindqvist, 1 of 6 members"


@pytest.fixture
def worker(transactional_db, sandbox):
    """A worker in a thread, who is busy with Tom’s list until ``worker.set()``."""
    stop, resume = threading.Event(), threading.Event()

    def step():
        sync = Sync.objects.open()
        if sync is None or (sync.pieces[:1] == [TOM] and not resume.is_set()):
            return False
        return services.advance(sync)

    thread = threading.Thread(target=loop.run, args=([Job("sync", step)],), kwargs={"stop": stop})
    thread.start()
    yield resume
    resume.set()
    stop.set()
    thread.join()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_page_shows_sync_progress_until_it_ends(open_page, sign_in, worker, accessible, script):
    page = sign_in(open_page(java_script_enabled=script))
    page.goto("/numbers/")

    page.get_by_role("button", name="Sync now").click()

    expect(page.get_by_text(READING_TOM)).to_be_visible(timeout=15_000)
    expect(page.get_by_role("progressbar", name=READING_TOM)).to_be_visible()
    if script:
        accessible(page)
    page.reload()
    expect(page.get_by_text(READING_TOM)).to_be_visible()

    worker.set()

    expect(page.get_by_text("Synced")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("progressbar")).to_have_count(0)
    row = page.get_by_role("row").filter(has_text="Not created here")
    expect(row).to_contain_text("27")
    row.get_by_role("link").click()
    assert page.url.endswith("/webhooks/?drift=not-created-here")


def test_other_user_and_second_tab_show_the_same_sync(open_page, sign_in, worker):
    mine = sign_in(open_page())
    mine.goto("/numbers/")
    mine.get_by_role("button", name="Sync now").click()
    expect(mine.get_by_text(READING_TOM)).to_be_visible(timeout=15_000)
    tab = mine.context.new_page()
    theirs = sign_in(open_page(), username="oscar")

    tab.goto(mine.url)
    theirs.goto("/numbers/")
    theirs.get_by_role("button", name="Sync now").click()

    assert theirs.url == mine.url
    for page in (tab, theirs):
        expect(page.get_by_text(READING_TOM)).to_be_visible()
        expect(page.get_by_text("by olga")).to_be_visible()
    worker.set()
    for page in (mine, tab, theirs):
        expect(page.get_by_text("Synced")).to_be_visible(timeout=15_000)


def test_sync_without_a_worker_finishes_before_the_page_is_shown(
    page, sign_in, sandbox, transactional_db
):
    sandbox.faults.add("status", f"GET {spec.WEBHOOKS}?userId={TOM}", status=403)
    sign_in(page).goto("/sync/")

    page.get_by_role("button", name="Sync now").click()

    expect(page.get_by_text("Webhooks of Tom Lindqvist: 403 Forbidden")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Not created here")).to_contain_text("23")


def test_sync_pages_pass_accessibility_checks(page, sign_in, check_accessibility, transactional_db):
    long = "Webhooks of Tom Lindqvist: " + "Quo did not respond came from Quo. " * 20
    values = {"part": "webhooks", "pieces": [TOM], "planned": 6}
    syncs = [
        make_sync(),
        make_sync(failure=long),
        make_sync(ended_at=None, **values),  # nobody carries it on
    ]
    sign_in(page)

    for address in ["/", "/numbers/", "/sync/", *(s.get_absolute_url() for s in syncs)]:
        page.goto(address)
        check_accessibility(page)


def test_focus_stays_on_a_link_or_button_while_the_page_polls(page, sign_in, transactional_db):
    counts = {"members": 6, "numbers": 34}
    now = timezone.now()
    values = {"part": "webhooks", "pieces": [TOM], "planned": 6, "counts": counts}
    sync = make_sync(started_at=now, lease_until=now + Sync.LEASE, ended_at=None, **values)
    sign_in(page).goto(sync.get_absolute_url())
    for name, scope in (("Syncs", page.locator(".title")), ("Numbers", page.locator(".ledger"))):
        scope.get_by_role("link", name=name, exact=True).focus()
        with page.expect_response("**/?live=reading"):
            pass
        page.wait_for_function("document.activeElement !== document.body")
        assert page.evaluate("document.activeElement.textContent") == name
    status = page.locator("#ending").element_handle()

    Sync.objects.update(ended_at=timezone.now(), pieces=[])

    expect(page.get_by_role("status").get_by_text("Synced")).to_be_visible()
    expect(page.get_by_role("button", name="Sync now")).to_be_visible()
    assert status.evaluate("it => it.isConnected")  # or nobody would read its words out
    assert page.evaluate("document.activeElement.textContent") == "Numbers"
