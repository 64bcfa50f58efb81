"""The start page of onboarding."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_batch, make_number, make_webhook
from tests.words import text

pytestmark = pytest.mark.django_db
AT = "/onboarding/"


def test_counts_the_numbers_to_onboard_and_links_to_plans(operator):
    make_number(id="PN1")
    make_number(id="PN2")
    make_webhook(resource_ids=["PN1"], events=["message.received"])

    page = operator.get(AT)
    lists = {list.label: (list.count, list.url) for list in page.context["number_lists"]}

    assert lists["Not covered for Message received"] == (1, "/numbers/?gap=received")
    assert lists["Not covered for Message delivered"] == (2, "/numbers/?gap=delivered")
    assert '<a href="/onboarding/new/?gap=received"' in page.content.decode()
    assert 'gap=disabled" aria-label' not in page.content.decode()


def test_lists_unfinished_batches_only(viewer):
    for state in ("draft", "running", "done"):
        make_batch(state)

    assert sorted(b.state for b in viewer.get(AT).context["batches"]) == ["draft", "running"]


def test_viewer_gets_no_plan_links(viewer):
    make_number(id="PN1")

    page = viewer.get(AT)

    assert "/onboarding/new/" not in page.content.decode()
    assert "No drafts, running or paused batches." in text(page)


def test_query_count_is_constant(operator):
    counts = []
    for first in (0, 10):
        for i in range(first, first + 10):
            make_number(id=f"PN{i}")
            make_batch("draft")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            operator.get(AT)
        counts.append(len(queries))

    assert counts[0] == counts[1]
