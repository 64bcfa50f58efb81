"""The preview of a plan: its rows, ticked or not, and the one button that begins it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from quo_admin.batches.models import Batch, BatchRow
from quo_admin.batches.services.draft import start
from quo_admin.onboarding.plan import PlanRequest
from quo_admin.onboarding.services import create_draft
from quo_admin.quo.spec import MessageEvent
from quo_admin.webhooks.models import Attempt
from quo_admin.workspace.models import Number
from tests.factories import NOON, make_batch, make_number, make_webhook, plan_form
from tests.words import text

pytestmark = pytest.mark.django_db
HERE = "https://example.com/quo"


def plan_of(numbers, *, url=HERE, **changes):
    """A draft of olga's for these numbers, as the planner leaves it."""
    wanted = {"events": (MessageEvent.RECEIVED,), "pattern": "To {name}"} | changes
    requested = plan_form(url=url, **{k: v for k, v in changes.items() if k == "packing"})
    requested |= {"events": list(wanted["events"])}
    return create_draft(
        actor="olga", request=PlanRequest(numbers=numbers, url=url, **wanted), form_data=requested
    )


def lines(count, **changes):
    return [make_number(id=f"PN{n}", name=f"Line {n}", **changes) for n in range(count)]


def page(browser, batch, query=""):
    return browser.get(f"/batches/{batch.pk}/{query}")


def post(browser, batch, act, *, untick=(), rows=None, **more):
    """Press a button of the page with these rows on it, all ticked but those of these numbers."""
    shown = list(batch.rows.all()) if rows is None else rows
    ticked = [str(item.pk) for item in shown if item.row not in untick]
    data = {"shown": ",".join(str(item.pk) for item in shown), "ticked": ticked}
    return browser.post(f"/batches/{batch.pk}/{act}/", data | more, follow=True)


def test_preview_shows_totals_and_why_rows_are_left_out(viewer):
    numbers = lines(4)
    make_webhook(id="WHhas", label="Helpdesk", url=HERE, resourceIds=["PN0"])
    Number.objects.filter(quo_id="PN3").update(missing_since=NOON)
    batch = plan_of(Number.objects.all())

    words = text(page(viewer, batch))

    assert "Messages received by Line 1 and Line 2 will be sent to example.com ." in words
    assert "To create 2 webhooks for 2 numbers Calls to Quo 2, in about 1 s" in words
    assert "Keys 2 to hand over Left out 2 numbers, 1 covered already, 1 blocked" in words
    assert "A later change of one number replaces only its own webhook." in words
    assert "To Line 1 Create" in words
    assert "Already sent to this endpoint by “Helpdesk”. Open it" in words
    assert 'href="/webhooks/WHhas/"' in page(viewer, batch).content.decode()
    assert "This number is no longer one of your numbers." in words
    assert len(numbers) == 4


def test_packed_rows_show_their_number_count(viewer):
    batch = plan_of(lines(12), packing="packed", cap=10)

    words = text(page(viewer, batch))

    assert "2 webhooks for 12 numbers" in words
    assert "Line 0 and 9 more" in words
    assert "whole pack, and its key" in words


def test_partly_covered_row_shows_only_the_missing_event(viewer):
    make_webhook(url=HERE, resourceIds=["PN0"], events=["message.received"])
    batch = plan_of(lines(1), events=tuple(MessageEvent))

    words = text(page(viewer, batch))

    assert (
        "Message delivered To Line 0 Create This endpoint already receives the other "
        "events, or may receive them soon." in words
    )


def test_empty_plan_shows_a_message_and_has_no_start_button(operator):
    make_webhook(url=HERE, resourceIds=["*"])
    batch = plan_of(lines(2))

    response = page(operator, batch)

    assert "Nothing to create: the endpoint already receives all of these events." in text(response)
    assert "formaction" not in response.content.decode()
    assert "no rows are selected" in text(post(operator, batch, "start"))


# Ticks


def test_rows_can_be_deselected_and_selected_again(operator):
    batch = plan_of(lines(3))

    words = text(post(operator, batch, "rows", untick=[2], keep="1"))
    assert "Selection saved." in words
    assert "To create 2 webhooks" in words
    assert "Left out 1 number, 1 not selected" in words
    assert "Not selected 1" in words
    assert [item.chosen for item in batch.rows.all()] == [True, False, True]

    assert "To create 3 webhooks" in text(post(operator, batch, "rows"))


def test_selection_of_other_pages_is_kept(operator, monkeypatch):
    monkeypatch.setattr("quo_admin.batches.views.draft.ROWS_PER_PAGE", 2)
    batch = plan_of(lines(5))
    rows = list(batch.rows.all())

    response = post(operator, batch, "rows", rows=rows[:2], untick=[1], page="2")
    assert response.request["QUERY_STRING"] == "kind=&page=2"
    assert "3 to 4 of 5 rows" in text(response)
    post(operator, batch, "rows", rows=rows[2:4], untick=[4], page="3")

    assert [item.chosen for item in batch.rows.all()] == [False, True, True, False, True]


def test_start_saves_the_selection_of_the_page(operator):
    batch = plan_of(lines(3))

    post(operator, batch, "start", untick=[3])

    batch.refresh_from_db()
    assert (batch.state, batch.started_by) == ("running", "olga")
    assert batch.rows.to_create().count() == 2


def test_only_rows_to_create_of_the_same_batch_can_be_selected(operator):
    make_webhook(url=HERE, resourceIds=["PN0"])
    batch, other = plan_of(lines(2)), make_batch("draft")
    rows = [*batch.rows.all(), *other.rows.all()]
    batch.rows.filter(plan="skip").update(chosen=False)

    post(operator, batch, "rows", rows=rows, untick=[row.row for row in rows])

    assert not batch.rows.filter(plan="skip").get().chosen
    assert other.rows.get().chosen


def test_htmx_request_returns_totals_counts_and_rows(operator):
    batch = plan_of(lines(2))
    first, second = batch.rows.all()
    data = {"shown": f"{first.pk},{second.pk}", "ticked": [str(first.pk)], "kind": "create"}

    response = operator.post(f"/batches/{batch.pk}/rows/", data, headers={"HX-Request": "true"})

    html = response.content.decode()
    assert "To create 1 webhook for 1 number" in text(response)
    assert f'id="plan-{second.pk}" data-hx-swap-oob="true">Not selected' in html
    assert 'id="kinds" data-hx-swap-oob="true"' in html
    assert "<html" not in html


@pytest.mark.parametrize("shown", ["", "x", "0,x,-3", "9" * 40, "٣"])
def test_invalid_selection_changes_nothing(operator, shown):
    batch = plan_of(lines(1))

    data = {"shown": shown, "ticked": ["y", ""], "page": "z", "kind": "w"}
    assert operator.post(f"/batches/{batch.pk}/rows/", data, follow=True).status_code == 200
    assert batch.rows.get().chosen


def test_views_filter_rows_by_kind(viewer):
    make_webhook(url=HERE, resourceIds=["PN0"])
    batch = plan_of(lines(3))
    BatchRow.objects.filter(numbers=["PN1"]).update(chosen=False)

    def rows(kind):
        return [
            str(row.numbers[0]) for row, _ in page(viewer, batch, f"?kind={kind}").context["rows"]
        ]

    assert rows("create") == ["Line 1", "Line 2"]
    assert rows("unticked") == ["Line 1"]
    assert rows("skip") == ["Line 0"]
    assert rows("blocked") == []
    assert rows("odd") == ["Line 1", "Line 2", "Line 0"]


# Started, changed, discarded


def test_unconfirmed_policies_prevent_the_start(operator):
    batch = plan_of(lines(11), packing="group", url="http://example.com/quo")

    words = text(post(operator, batch, "start", accept=["plain-http"]))
    assert "1 warning to confirm. Nothing was sent." in words  # two speak, one was ticked
    assert "11 numbers in one webhook" in words
    assert Batch.objects.get().state == "draft"

    post(operator, batch, "start", accept=["plain-http", "many-numbers"])
    assert Batch.objects.get().accepted == ["plain-http", "many-numbers"]
    assert not Attempt.objects.exists()  # the worker sends


def test_policies_confirmed_in_the_planner_stay_confirmed(operator):
    make_number(id="PN1")
    form = plan_form(url="http://example.com/quo", accept=["plain-http"])

    response = operator.post("/onboarding/new/", form, follow=True)

    assert 'value="plain-http" checked' in response.content.decode()


def test_draft_can_be_discarded(operator):
    batch = plan_of(lines(2))

    response = operator.post(f"/batches/{batch.pk}/discard/", follow=True)

    assert f"The plan of batch {batch.pk} was discarded." in text(response)
    assert not BatchRow.objects.exists()


@pytest.mark.parametrize("act", ["rows", "start", "discard"])
def test_batch_started_meanwhile_cannot_be_changed(operator, act):
    batch = plan_of(lines(1))
    start(actor="oleg", batch=batch, accepted=[])

    response = post(operator, batch, act, untick=[1])

    assert "Nothing was changed" in text(response)
    assert Batch.objects.get().started_by == "oleg"
    assert batch.rows.get().chosen


def test_incomplete_plan_cannot_be_started(operator):
    batch = plan_of(lines(1))
    Batch.objects.update(row_count=None)

    assert "is incomplete" in text(page(operator, batch))
    assert "is incomplete" in text(post(operator, batch, "start"))
    assert Batch.objects.get().state == "draft"


def test_viewer_sees_the_plan_without_buttons(viewer):
    response = page(viewer, plan_of(lines(2), url="http://example.com/quo"))

    assert "Warnings to confirm when the batch is started" in text(response)
    assert '<input type="checkbox"' not in response.content.decode()
    assert "Save selection" not in text(response)


def test_url_is_shown_without_its_secrets(viewer):
    batch = plan_of(lines(1), url="https://example.com/a/path/that/goes/on/and/on?token=secret")

    html = page(viewer, batch).content.decode()

    assert "https://example.com/a/path/that/goes/on…" in html
    assert "secret" not in html


def test_query_count_of_draft_page_is_constant(operator):
    def cost(batch):
        with CaptureQueriesContext(connection) as queries:
            page(operator, batch)
        return len(queries)

    few = cost(plan_of(lines(3)))
    Number.objects.all().delete()

    assert cost(plan_of(lines(60), packing="packed", cap=2)) == few <= 25


# The list


def test_list_shows_every_batch_newest_first(viewer):
    make_batch("draft")
    done = make_batch("done")
    item = done.rows.get()
    Attempt.objects.create(
        actor="olga",
        token=item.token,
        payload=item.payload,
        state="rejected",
        started_at=timezone.now(),
    )

    words = text(viewer.get("/batches/"))

    assert words.index("Done, with 1 failed") < words.rindex("Draft")
    assert "1 to 2 of 2, newest first" in words
    assert "olga" in words


def test_list_without_batches_shows_an_empty_state(operator, viewer):
    assert "Plan a batch" in text(operator.get("/batches/"))
    assert "Plan a batch" not in text(viewer.get("/batches/"))


def test_query_count_of_list_is_constant(viewer):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            viewer.get("/batches/")
        return len(queries)

    make_batch("done")
    one = cost()
    for _ in range(8):
        make_batch("stopped")

    assert cost() == one <= 12
