"""Quo is down: every page still opens, and an act says what happened and that nothing was lost."""

from dataclasses import replace

import pytest

from quo_admin.quo import retry
from quo_admin.webhooks.models import Attempt
from tests.factories import (
    create_form,
    make_attempt,
    make_batch,
    make_number,
    make_sync,
    make_webhook,
)
from tests.test_urls import TABLE
from tests.words import text

pytestmark = pytest.mark.django_db  # the tests' settings point to a port where nobody listens
PAGES = [address for address, method, _ in TABLE if method == "GET"]


@pytest.fixture(autouse=True)
def no_retries(monkeypatch):
    monkeypatch.setattr(retry, "WRITE", replace(retry.WRITE, tries=1))
    monkeypatch.setattr(retry, "READ", replace(retry.READ, tries=1))


@pytest.mark.parametrize("address", PAGES)
def test_every_page_opens_when_quo_is_down(signed_in, address):
    make_webhook(id="WHone")
    make_number(id="PNone")
    make_attempt("unknown", pk=1000)
    make_sync(pk=1000)
    make_batch(pk=1000)

    assert signed_in("superuser").get(address).status_code in {200, 301, 302}


def test_create_shows_that_nothing_was_created_and_keeps_the_input(operator):
    response = operator.post("/webhooks/new/", create_form(label="Typed label"))

    assert "Nothing was created." in text(response)
    assert "Could not connect to Quo" in text(response)
    assert "Typed label" in response.content.decode()
    assert Attempt.objects.get().state == "rejected"


def test_sync_shows_the_failure_and_keeps_existing_data(operator):
    make_number(name="Front desk")

    response = operator.post("/sync/now/", follow=True)

    assert "Could not connect to Quo" in text(response)
    assert "What was not read is shown as it was" in text(response)
    assert "Front desk" in text(operator.get("/numbers/"))


def test_reconcile_reports_that_quo_did_not_respond(operator):
    attempt = make_attempt("unknown")

    response = operator.post(f"{attempt.get_absolute_url()}reconcile/", follow=True)

    assert "Quo could not be reached" in text(response)
    assert Attempt.objects.get().state == "unknown"
