"""A batch in a browser: followed to its end, then its keys handed over."""

import re
import threading

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from quo_admin.batches import worker_job
from quo_admin.batches.models import Batch
from quo_admin.batches.views import batch as batch_page
from quo_admin.worker import loop
from quo_admin.worker.jobs import Job
from quo_admin.worker.models import Heartbeat
from tests.batches.batch_runs import started_batch
from tests.batches.test_batch_page import tried
from tests.factories import make_webhook

pytestmark = pytest.mark.browser


@pytest.fixture
def worker(sandbox, transactional_db, monkeypatch):
    """Return a function that lets a worker run this many more rows. It ends with the test."""
    monkeypatch.setattr(loop, "HEARTBEAT_INTERVAL_S", 0.5)
    allowed = threading.Semaphore(0)
    stop = threading.Event()

    def run_allowed_row():
        if not allowed.acquire(blocking=False):
            return False
        if worker_job.run_next_row():
            return True
        allowed.release()
        return False

    jobs = [Job("batch", run_allowed_row, threads=2)]
    thread = threading.Thread(target=loop.run, args=(jobs,), kwargs={"stop": stop})

    def run_rows(count):
        if not thread.ident:
            thread.start()
        if count:
            allowed.release(count)

    yield run_rows
    stop.set()
    if thread.ident:
        thread.join()


def test_batch_progress_is_updated_and_keys_are_handed_over_by_keyboard(page, sign_in, worker):
    batch = started_batch(12)
    colleague = page.context.new_page()

    sign_in(page).goto(batch.get_absolute_url())
    expect(page.locator(".figure")).to_have_text("0 of 12")
    expect(page.get_by_text("No worker is running")).to_be_visible()
    worker(0)
    expect(page.get_by_text("No worker is running")).to_be_hidden(timeout=15_000)
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    worker(5)
    for part in (page.locator(".figure"), page.locator(".chip #active_batch")):
        expect(part).to_have_text("5 of 12", timeout=15_000)
    expect(page.get_by_role("row", name="Created")).to_have_count(5)
    page.reload()
    expect(page.locator(".figure")).to_have_text("5 of 12")
    colleague.goto("/webhooks/")
    colleague.goto(batch.get_absolute_url())
    worker(8)
    for tab in (page, colleague):
        expect(tab.get_by_text("Done", exact=True)).to_be_visible(timeout=30_000)
        expect(tab.locator(".figure")).to_have_text("12 of 12")
        expect(tab.get_by_role("row", name="Created")).to_have_count(12)

    page.get_by_role("link", name="Hand over keys").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Hand over 12 keys").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#keys")).to_contain_text("QUO_WEBHOOK_KEY_FRONT_DESK_415_555_0134=")
    page.reload()
    expect(page.get_by_role("button", name="Hand over 12 keys")).to_be_visible()
    assert page.locator("#keys").count() == 0


def test_batch_is_paused_and_resumed_without_javascript(no_javascript, sign_in, transactional_db):
    batch = started_batch(3)
    page = sign_in(no_javascript)
    page.goto(batch.get_absolute_url())

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused. Requests in progress finish")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Resume")).click()

    expect(page.get_by_text("Resumed.")).to_be_visible()
    assert Batch.objects.get().state == "running"


def test_focus_stays_on_a_button_while_the_page_updates(page, sign_in, transactional_db):
    Heartbeat.objects.create(worker="desk:1", seen_at=timezone.now())
    batch = started_batch(3)
    tried(batch, 1, "rejected", message="It is being ported")
    sign_in(page).goto(batch.get_absolute_url())
    retry = page.get_by_role("button", name="Retry the 1 failed")
    retry.focus()

    with page.expect_response(lambda answer: "live=" in answer.url):
        tried(batch, 2, "created")

    expect(page.get_by_role("row", name="Created")).to_have_count(1)
    expect(retry).to_be_focused()


@pytest.mark.parametrize("name", ["Next", "Copy WHmade"])
def test_focus_stays_on_polled_content(page, sign_in, transactional_db, monkeypatch, name):
    monkeypatch.setattr(batch_page, "ROWS_PER_PAGE", 2)
    Heartbeat.objects.create(worker="desk:1", seen_at=timezone.now())
    batch = started_batch(3)
    tried(batch, 1, "created", webhook=make_webhook(id="WHmade"))
    sign_in(page).goto(batch.get_absolute_url())
    here = page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name))
    here.focus()

    with page.expect_response(lambda answer: "live=" in answer.url):
        tried(batch, 2, "created")

    expect(page.get_by_role("row", name="Created")).to_have_count(2)
    expect(here).to_be_focused()


def test_batch_state_is_announced_and_shown_in_the_title(page, sign_in, transactional_db):
    Heartbeat.objects.create(worker="desk:1", seen_at=timezone.now())
    batch = started_batch(2)
    status = page.locator("[role=status][data-words]")
    sign_in(page).goto(batch.get_absolute_url())
    expect(status).to_have_text(f"{batch}: Running")

    tried(batch, 1, "created")
    tried(batch, 2, "rejected")
    Batch.objects.update(state="done", ended_at=timezone.now())

    expect(status).to_have_text(f"{batch}: Done, with 1 failed")
    expect(page).to_have_title(f"Done, with 1 failed: {batch} · Quo Admin")


def test_batch_pages_pass_accessibility_checks(
    page, sign_in, check_accessibility, transactional_db
):
    batch = started_batch(8)
    for row, state in enumerate(("created", "rejected", "unknown", "sending"), start=1):
        tried(batch, row, state, message="It is being ported")
    batch.rows.filter(row=5).update(chosen=False)
    sign_in(page)

    for state, ended_at in [("running", None), ("paused", None), ("done", timezone.now())]:
        why = "Quo did not respond." if state == "paused" else ""
        Batch.objects.update(state=state, ended_at=ended_at, why=why)
        page.goto(f"{batch.get_absolute_url()}keys/")
        page.goto(batch.get_absolute_url())
        check_accessibility(page)
    page.goto(f"{batch.get_absolute_url()}keys/")
    page.get_by_role("button", name="Hand over 1 key").click()
    expect(page.locator("#keys")).to_be_visible()
    check_accessibility(page)
