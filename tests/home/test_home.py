import re
from datetime import timedelta

import pytest
from django.utils import timezone

from quo_admin.audit.actions import Action
from quo_admin.audit.services import record
from quo_admin.webhooks.models import Webhook
from quo_admin.worker.models import Beat
from quo_admin.workspace.models import Sweep
from tests.factories import NOON, make_attempt, make_webhook
from tests.words import text

pytestmark = pytest.mark.django_db


def sweep(failure="", days_ago=0):
    at = NOON - timedelta(days=days_ago)
    return Sweep.objects.create(
        started_at=at, ended_at=at, actor="olga", members=6, numbers=34, failure=failure
    )


def beat(seconds_ago=4):
    seen_at = timezone.now() - timedelta(seconds=seconds_ago)
    Beat.objects.create(worker="desk:1", seen_at=seen_at)


def rows(page):
    """Return the rows of the work list: count, name, and address if there is one."""
    row = r'<td class="n">(\d+)</td>\s*<th[^>]*>(?:<a href="([^"]*)">)?([^<]*)'
    found = re.findall(row, page)
    return [(int(count), what, address.replace("&amp;", "&")) for count, address, what in found]


def test_nothing_is_open_when_all_is_in_order_and_that_is_shown_row_by_row(viewer):
    sweep()
    beat()
    make_webhook()

    response = viewer.get("/")

    assert "Nothing is open" in text(response)
    assert [count for count, _, _ in rows(response.content.decode())] == [0] * 7
    assert text(response).count("In order") == 8
    assert "Needs a person" not in text(response)


def test_title_counts_what_is_open(viewer):
    sweep()
    beat()
    make_webhook(status="disabled")
    assert "One thing is open" in text(viewer.get("/"))

    make_attempt("unknown")
    make_attempt("sending")

    assert "Three things are open" in text(viewer.get("/"))


def test_each_count_opens_the_list_that_holds_as_many(viewer):
    sweep()
    beat()
    make_attempt("unknown")
    make_attempt("unknown", candidates=["WHone", "WHtwo"])
    make_attempt("sending")
    make_attempt("created")
    for url in ("http://a.example/", "HTTP://b.example/"):
        make_webhook(url=url)
    make_webhook(url="http://c.example/", status="disabled")
    past = make_webhook(url="http://d.example/")
    Webhook.objects.filter(pk=past.pk).update(gone_at=NOON)

    listed = rows(viewer.get("/").content.decode())

    assert [(count, what) for count, what, _ in listed] == [
        (1, "Attempt that needs a person"),
        (2, "Attempts with an unknown outcome"),
        (1, "Attempt still sending"),
        (2, "Webhooks over plain http"),
        (1, "Disabled webhook"),
        (0, "Workers missing"),
        (0, "Failed sweeps"),
    ]
    for count, _, address in listed[:5]:
        assert viewer.get(address).context["page"].total == count


def test_attempt_that_needs_a_person_is_one_thing_though_it_stands_in_two_rows(viewer):
    sweep()
    beat()
    make_attempt("unknown", candidates=["WHone", "WHtwo"])

    assert "One thing is open" in text(viewer.get("/"))


def test_home_says_when_no_worker_has_ever_been_seen_and_how_to_start_one(viewer):
    response = viewer.get("/")

    assert (1, "No worker has ever been seen", "") in rows(response.content.decode())
    assert "are not settled by themselves meanwhile. Start one: manage.py worker." in text(response)
    assert "Worker seen" not in text(response)


def test_home_says_since_when_the_last_worker_is_silent(viewer):
    beat(seconds_ago=5 * 60 + 1)

    words = text(viewer.get("/"))

    assert "1 No worker has been seen for a while" in words
    assert "5 min ago Silent" in words


def test_foot_says_when_the_freshest_worker_was_seen(viewer):
    beat(seconds_ago=4)
    Beat.objects.create(worker="attic:1", seen_at=timezone.now() - timedelta(hours=2))

    words = text(viewer.get("/"))

    assert re.search(r"Worker seen \d s ago", words)
    assert "0 Workers missing" in words


def test_company_that_was_never_read_is_open(viewer):
    assert (1, "Sweep that was never done", "/numbers/") in rows(viewer.get("/").content.decode())


def test_failed_sweep_is_open_since_the_last_whole_one(viewer):
    sweep(days_ago=2)
    sweep(failure="Quo did not answer.")

    response = viewer.get("/")

    assert (1, "Failed sweep", "/numbers/") in rows(response.content.decode())
    assert "Names and numbers here may be old. Quo did not answer." in text(response)
    assert "20 Nov" in text(response) or "2026-11-20" in response.content.decode()


def test_sweep_that_is_reading_now_hides_no_failure(viewer):
    sweep(failure="Quo did not answer.")
    Sweep.objects.create(started_at=NOON + timedelta(minutes=1), actor="olga")

    words = text(viewer.get("/"))

    assert "Failed sweep" in words
    assert "Begun" in words


def test_last_acts_stand_beside_with_a_way_to_their_webhook(viewer):
    webhook = make_webhook(label="Desk")
    record(actor="olga", action=Action.KEY_REVEALED, target=webhook.quo_id, label="Desk")

    page = viewer.get("/")

    assert "olga: Key revealed, Desk" in re.sub(r"\s+,", ",", text(page))
    assert f'<a href="{webhook.get_absolute_url()}">Desk</a>' in page.content.decode()


def test_operators_find_the_acts_and_viewers_do_not(operator, viewer):
    assert "Sweep now" in text(operator.get("/"))
    assert "New webhook" in text(operator.get("/"))
    assert "Sweep now" not in text(viewer.get("/"))
    assert "New webhook" not in text(viewer.get("/"))


def test_whoever_is_in_no_group_is_told_whom_to_ask(signed_in, person):
    person("superuser", "root")

    response = signed_in(None, "nina").get("/")

    assert response.status_code == 403
    assert "Ask root to put you into the group" in text(response)


def test_home_is_where_one_is(viewer):
    page = viewer.get("/").content.decode()

    assert re.findall(r'aria-current="page"[^>]*>(\w+)<', page) == ["Home"]


def test_home_costs_the_same_number_of_queries_however_much_is_open(
    viewer, django_assert_max_num_queries
):
    for _ in range(20):
        make_attempt("unknown")
        make_webhook(url="http://a.example/")

    with django_assert_max_num_queries(15):
        viewer.get("/")
