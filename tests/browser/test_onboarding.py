"""From numbers that reach nothing to numbers that are covered, in a real browser."""

import re
import threading
import time
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from quo_admin.batches import worker_job
from quo_admin.batches.models import Batch
from quo_admin.numbers.coverage_filters import with_states
from quo_admin.worker import loop
from quo_admin.worker.jobs import Job
from quo_admin.workspace.models import Number
from tests.batches.batch_runs import work
from tests.factories import make_batch

GAPS = ["Dispatch, Boise", "Boise branch", "Santa Rosa branch"]


@pytest.fixture
def company(sandbox, transactional_db):
    """The demo's company, as a sync has read it."""
    call_command("sync", stdout=StringIO())
    return sandbox


@pytest.fixture
def worker(company, monkeypatch):
    """A worker that carries batches out at the allowed rate, as beside a site that runs."""
    monkeypatch.setattr(loop, "HEARTBEAT_INTERVAL_S", 0.5)
    stop = threading.Event()
    jobs = [Job("batch", worker_job.run_next_row, threads=worker_job.THREADS)]
    thread = threading.Thread(target=loop.run, args=(jobs,), kwargs={"stop": stop})
    thread.start()
    yield
    stop.set()
    thread.join()


def reach(*names):
    found = with_states(Number.objects.filter(name__in=names))
    return {number.received for number in found}


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_all_numbers_are_covered_in_under_three_minutes(page, sign_in, company, by):
    click, write = (lambda it: it.click(), lambda it, text: it.fill(text))
    if by == "keyboard":
        click, write = (lambda it: press(page, it), lambda it, text: type_into(page, it, text))
    gaps = with_states(Number.objects.current()).filter(received="not-covered").count()
    began = time.monotonic()

    sign_in(page)
    click(page.get_by_role("link", name="Numbers", exact=True))
    click(page.get_by_label("Select all on this page"))
    expect(page.get_by_text("34 selected")).to_be_visible()
    click(page.get_by_role("button", name="Plan a batch"))
    click(page.get_by_role("checkbox", name=re.compile("^Message received")))
    write(page.get_by_role("combobox", name="Endpoint URL"), "https://crm.example/quo")
    expect(page.locator("#plan_preview")).to_contain_text("34 webhooks to create")
    click(page.get_by_role("button", name="Preview plan"))
    click(page.get_by_role("button", name="Create 34 webhooks"))
    expect(page.get_by_text("Done").first).to_be_visible(timeout=120_000)

    assert time.monotonic() - began < 180
    assert gaps
    made = [doc for doc in company.store.all("webhook") if doc["url"] == "https://crm.example/quo"]
    assert sorted(doc["resourceIds"] for doc in made) == sorted(
        [id] for id in Number.objects.values_list("quo_id", flat=True)
    )
    assert set(with_states(Number.objects.current()).values_list("received", flat=True)) <= {
        "covered",
        "duplicated",
    }


def press(page, locator):
    """Go there by Tab, and press what the control takes."""
    tab_to(page, locator)
    page.keyboard.press("Space" if locator.get_attribute("type") == "checkbox" else "Enter")


def type_into(page, locator, words):
    tab_to(page, locator)
    page.keyboard.type(words)


def test_uncovered_numbers_are_covered_by_mouse(page, sign_in, company):
    assert reach(*GAPS) == {"not-covered"}
    sign_in(page)
    page.get_by_role("link", name="Onboarding").click()
    page.get_by_role("link", name="Plan a batch").click()
    page.get_by_label("Paste a list").fill("Dispatch, Boise\n208.555.0112\nNobody")
    page.get_by_label("Search numbers").fill("santa")
    expect(page.get_by_role("checkbox", name="Billing")).to_have_count(0)
    page.get_by_role("checkbox", name="Santa Rosa branch").check()
    page.get_by_role("checkbox", name=re.compile("^Message received")).check()
    page.get_by_role("combobox", name="Endpoint URL").fill(
        "https://hooks.acme-crm.example/quo/gaps"
    )
    page.get_by_label("Labels").fill("CRM, {name}")
    expect(page.locator("#plan_preview")).to_contain_text("CRM, Santa Rosa branch")
    expect(page.locator("#parsed")).to_contain_text("3 numbers selected.")
    page.get_by_role("button", name="Preview plan").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Preview of Batch")
    expect(page.get_by_text("1 skipped.")).to_be_visible()
    page.get_by_role("checkbox", name="Boise branch").uncheck()
    expect(page.get_by_role("button", name="Create 2 webhooks")).to_be_visible()
    page.get_by_role("checkbox", name="Boise branch").check()
    page.get_by_role("button", name="Create 3 webhooks").click()
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    work()

    expect(page.get_by_text("Done").first).to_be_visible(timeout=10_000)
    assert reach(*GAPS) == {"covered"}


def test_uncovered_numbers_are_covered_by_keyboard(page, sign_in, company):
    sign_in(page)
    page.goto("/onboarding/new/")

    tab_to(page, page.get_by_label("Search numbers"))
    page.keyboard.type("santa")
    expect(page.get_by_role("checkbox", name="Billing")).to_have_count(0)
    tab_to(page, page.get_by_role("checkbox", name="Santa Rosa branch"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("Paste a list"))
    page.keyboard.type("Dispatch, Boise")
    page.keyboard.press("Enter")
    page.keyboard.type("(208) 555-0112")
    tab_to(page, page.get_by_role("checkbox", name=re.compile("^Message received")))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("combobox", name="Endpoint URL"))
    page.keyboard.type("http://hooks.acme-crm.example/quo/gaps")
    page.keyboard.press("Enter")  # shows what will happen, and neither plans nor sends
    expect(
        page.get_by_text("Not encrypted: anyone on the network path can read these messages")
    ).to_be_visible()
    assert not Batch.objects.exists()
    tab_to(page, page.get_by_role("button", name="Preview plan"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Preview of Batch")
    tab_to(page, page.get_by_role("button", name="Create 3 webhooks"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(
        page,
        page.get_by_role(
            "checkbox", name="Not encrypted: anyone on the network path can read these messages"
        ),
    )
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Create 3 webhooks"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    work()

    expect(page.get_by_text("Done").first).to_be_visible(timeout=10_000)
    assert reach(*GAPS) == {"covered"}


def tab_to(page, locator):
    """Press Tab until the focus is there, or Shift and Tab where it stands before the focus.

    A person gives up after a hundred.
    """
    for _ in range(100):
        way = locator.evaluate(
            """element => {
              const at = document.activeElement;
              if (element === at) return "";
              const before = Node.DOCUMENT_POSITION_PRECEDING;
              return at.compareDocumentPosition(element) & before ? "Shift+Tab" : "Tab";
            }"""
        )
        if not way:
            return
        page.keyboard.press(way)
    pytest.fail(f"Tab never reached {locator}")


def test_batch_can_be_planned_without_javascript(no_javascript, sign_in, company):
    page = sign_in(no_javascript)
    page.goto("/onboarding/new/")
    page.get_by_label("Search numbers").fill("boise")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("checkbox", name=re.compile("^Boise branch")).check()
    page.get_by_role("checkbox", name="Dispatch, Boise").check()
    page.get_by_label("Upload a file").set_input_files(
        {"name": "n.csv", "mimeType": "text/csv", "buffer": b"\xef\xbb\xbfname;number\n;Nobody\n"}
    )
    page.get_by_role("button", name="Preview plan").click()
    expect(page.get_by_label("Paste a list")).to_have_value("Nobody")
    page.get_by_role("checkbox", name=re.compile("^Message received")).check()
    page.get_by_role("combobox", name="Endpoint URL").fill(
        "https://hooks.acme-crm.example/quo/gaps"
    )
    page.get_by_role("button", name="Preview plan").click()

    page.get_by_role("checkbox", name="Dispatch, Boise").uncheck()
    page.get_by_role("button", name="Save selection").last.click()
    expect(page.get_by_text("Selection saved.")).to_be_visible()
    page.get_by_role("button", name="Create 1 webhook").click()

    expect(page.get_by_text("You can leave this page")).to_be_visible()


def test_planner_pages_pass_accessibility_checks(page, sign_in, check_accessibility, company):
    make_batch("done")
    sign_in(page)

    for address in ("/batches/", "/onboarding/new/?q=branch"):
        page.goto(address)
        check_accessibility(page)
    page.get_by_role("button", name="Preview plan").click()
    expect(page.get_by_role("alert")).to_be_focused()
    check_accessibility(page)
    page.get_by_label("Paste a list").fill("Nobody " + "x" * 300)
    page.get_by_role("checkbox", name=re.compile("^Message received")).check()
    page.get_by_role("combobox", name="Endpoint URL").fill(f"http://{'y' * 200}.example/")
    page.get_by_role("button", name="Preview plan").click()
    check_accessibility(page)
    page.get_by_role("button", name="Create").click()
    check_accessibility(page)
