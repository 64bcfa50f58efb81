"""A sweep on its page, while a worker in another thread reads it."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from quo_admin.quo import spec
from quo_admin.sandbox.seed import TOM
from quo_admin.worker import loop
from quo_admin.worker.jobs import Job
from quo_admin.workspace import services
from quo_admin.workspace.models import Sweep
from tests.factories import make_sweep

pytestmark = pytest.mark.browser
READING_TOM = "Reading webhooks of Tom Lindqvist, 1 of 6 members"


@pytest.fixture
def worker(transactional_db, sandbox):
    """A worker in a thread, who is busy with Tom’s list until ``worker.set()``."""
    stop, go_on = threading.Event(), threading.Event()

    def step():
        sweep = Sweep.objects.open()
        if sweep is None or (sweep.pieces[:1] == [TOM] and not go_on.is_set()):
            return False
        return services.advance(sweep)

    thread = threading.Thread(target=loop.run, args=([Job("sweep", step)],), kwargs={"stop": stop})
    thread.start()
    yield go_on
    go_on.set()
    stop.set()
    thread.join()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_page_follows_the_sweep_to_its_end(open_page, sign_in, worker, accessible, script):
    page = sign_in(open_page(java_script_enabled=script))
    page.goto("/numbers/")

    page.get_by_role("button", name="Sweep now").click()

    expect(page.get_by_text(READING_TOM)).to_be_visible(timeout=15_000)
    expect(page.get_by_role("progressbar", name=READING_TOM)).to_be_visible()
    if script:
        accessible(page)
    page.reload()
    expect(page.get_by_text(READING_TOM)).to_be_visible()

    worker.set()

    expect(page.get_by_text("All was read from Quo")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("progressbar")).to_have_count(0)
    row = page.get_by_role("row").filter(has_text="Found there")
    expect(row).to_contain_text("27")
    row.get_by_role("link").click()
    assert page.url.endswith("/webhooks/?drift=found")


def test_colleague_and_second_tab_see_the_same_sweep(open_page, sign_in, worker):
    mine = sign_in(open_page())
    mine.goto("/numbers/")
    mine.get_by_role("button", name="Sweep now").click()
    expect(mine.get_by_text(READING_TOM)).to_be_visible(timeout=15_000)
    tab = mine.context.new_page()
    theirs = sign_in(open_page(), username="oscar")

    tab.goto(mine.url)
    theirs.goto("/numbers/")
    theirs.get_by_role("button", name="Sweep now").click()

    assert theirs.url == mine.url
    for page in (tab, theirs):
        expect(page.get_by_text(READING_TOM)).to_be_visible()
        expect(page.get_by_text("by olga")).to_be_visible()
    worker.set()
    for page in (mine, tab, theirs):
        expect(page.get_by_text("All was read from Quo")).to_be_visible(timeout=15_000)


def test_without_a_worker_the_button_reads_before_the_page_is_shown(
    page, sign_in, sandbox, transactional_db
):
    sandbox.faults.add("status", f"GET {spec.WEBHOOKS}?userId={TOM}", status=403)
    sign_in(page).goto("/numbers/sweeps/")

    page.get_by_role("button", name="Sweep now").click()

    expect(page.get_by_text("Webhooks of Tom Lindqvist: 403 Forbidden")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Found there")).to_contain_text("23")


def test_the_pages_are_sound(page, sign_in, sound, transactional_db):
    long = "Webhooks of Tom Lindqvist: " + "No whole answer came from Quo. " * 20
    told = {"part": "webhooks", "pieces": [TOM], "planned": 6}
    sweeps = [
        make_sweep(),
        make_sweep(failure=long),
        make_sweep(ended_at=None, **told),  # nobody carries it on
    ]
    sign_in(page)

    for address in ["/", "/numbers/", "/numbers/sweeps/", *(s.get_absolute_url() for s in sweeps)]:
        page.goto(address)
        sound(page)


def test_whoever_is_on_a_link_or_button_stays_there_while_the_page_goes_on(
    page, sign_in, transactional_db
):
    counts = {"members": 6, "numbers": 34}
    now = timezone.now()
    told = {"part": "webhooks", "pieces": [TOM], "planned": 6, "counts": counts}
    sweep = make_sweep(started_at=now, lease_until=now + timedelta(hours=1), ended_at=None, **told)
    sign_in(page).goto(sweep.get_absolute_url())
    for name, scope in (("Sweeps", page.locator(".title")), ("Numbers", page.locator(".ledger"))):
        scope.get_by_role("link", name=name, exact=True).focus()
        with page.expect_response("**/?live=reading"):
            pass
        page.wait_for_function("document.activeElement !== document.body")
        assert page.evaluate("document.activeElement.textContent") == name
    status = page.locator("#ending").element_handle()

    Sweep.objects.update(ended_at=timezone.now(), pieces=[])

    expect(page.get_by_role("status").get_by_text("All was read from Quo")).to_be_visible()
    expect(page.get_by_role("button", name="Sweep now")).to_be_visible()
    assert status.evaluate("it => it.isConnected")  # or nobody would read its words out
    assert page.evaluate("document.activeElement.textContent") == "Numbers"
