"""The page of a sync: how far it has come, what it read, and who may go on."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from quo_admin.worker.models import Heartbeat
from quo_admin.workspace import services
from quo_admin.workspace.models import Sync
from tests.factories import make_member
from tests.words import text
from tests.workspace.sync_pieces import hours_later

pytestmark = pytest.mark.django_db
TOM = "US2yTk7h"


def make_running_sync(**values):
    """A sync of ada's, in the middle of the webhooks."""
    make_member(id=TOM, firstName="Tom", lastName="Lindqvist")
    facts = {
        "started_at": timezone.now(),
        "lease_until": timezone.now() + timedelta(seconds=60),
        "actor": "ada",
        "part": "webhooks",
        "pieces": [TOM, "US5bSd9q", "US8pRv6n"],
        "planned": 6,
        "counts": {"members": 6, "numbers": 34, "webhooks": 12, "in sync": 12},
    }
    return Sync.objects.create(**(facts | values))


def ended(**values):
    return make_running_sync(
        pieces=[], lease_until=timezone.now(), ended_at=timezone.now(), **values
    )


@pytest.fixture
def worker():
    Heartbeat.objects.create(worker="desk:1", seen_at=timezone.now())


# The button


def test_button_starts_a_sync_for_the_worker_and_redirects_to_its_page(operator, sandbox, worker):
    response = operator.post("/sync/now/", follow=True)

    sync = Sync.objects.get()
    assert response.redirect_chain == [(f"/sync/{sync.pk}/", 302)]
    assert sandbox.calls.all() == []
    assert "Starting" in text(response)


def test_button_runs_the_sync_itself_when_no_worker_is_alive(operator, sandbox):
    Heartbeat.objects.create(worker="desk:1", seen_at=timezone.now() - timedelta(minutes=2))

    response = operator.post("/sync/now/", follow=True)

    assert "Synced 6 members, 34 numbers and 27 webhooks" in text(response)
    assert Sync.objects.get().actor == "olga"


def test_second_submit_joins_the_running_sync(operator, sandbox, worker):
    sync = make_running_sync()

    response = operator.post("/sync/now/", follow=True)

    assert response.redirect_chain[-1][0] == sync.get_absolute_url()
    assert "by ada" in text(response)
    assert Sync.objects.count() == 1


def test_viewer_sees_the_page_but_cannot_start_a_sync(viewer):
    sync = ended()

    assert "Sync now" not in text(viewer.get(sync.get_absolute_url()))
    assert "Sync now" not in text(viewer.get("/sync/"))
    assert viewer.post("/sync/now/").status_code == 403


# While it goes on


def test_page_of_a_running_sync_shows_progress_and_polls(viewer):
    sync = make_running_sync()

    response = viewer.get(sync.get_absolute_url())

    page = response.content.decode()
    assert "Reading webhooks of Tom Lindqvist, 4 of 6 members" in text(response)
    assert '<progress id="progress" max="6" value="3">' in page
    assert f'data-hx-get="/sync/{sync.pk}/?live=reading" data-hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    assert "12 Webhooks" in text(response)
    assert "All was read" not in text(response)


def test_polling_response_is_a_fragment(operator, worker):
    sync = make_running_sync()

    page = operator.get(f"{sync.get_absolute_url()}?live").content.decode()

    assert "Reading webhooks of Tom Lindqvist" in page
    assert "<html" not in page


def test_polling_response_announces_the_end_once(operator, worker):
    sync = make_running_sync()
    address = sync.get_absolute_url()
    same = operator.get(f"{address}?live=reading").content.decode()
    Sync.objects.update(ended_at=timezone.now(), pieces=[])

    page = operator.get(f"{address}?live=reading").content.decode()

    assert "data-hx-swap-oob" not in same
    assert "Synced" in page.partition('id="ending" data-hx-swap-oob="innerHTML"')[2]
    assert "Sync now" in page
    assert '<div id="ending" role="status">' in operator.get(address).content.decode()


def test_page_of_an_ended_sync_does_not_poll(viewer):
    sync = ended()

    for address in (sync.get_absolute_url(), f"{sync.get_absolute_url()}?live"):
        page = viewer.get(address).content.decode()
        assert "data-hx-get" not in page
        assert 'http-equiv="refresh"' not in page


def test_every_user_sees_the_same_progress(viewer, operator):
    sync = make_running_sync()

    words = [text(browser.get(sync.get_absolute_url())) for browser in (viewer, operator)]

    assert all("4 of 6 members" in each for each in words)


def test_interrupted_sync_is_shown_and_can_be_resumed(operator, viewer, sandbox):
    sync = services.begin(actor="ada")
    services.advance(sync)
    long_ago = timezone.now() - timedelta(minutes=5)
    Sync.objects.update(started_at=long_ago, lease_until=long_ago)

    response = operator.get(sync.get_absolute_url())
    assert "This sync was interrupted" in text(response)
    assert "Resume" in text(response)
    told_viewer = text(viewer.get(sync.get_absolute_url()))
    assert "ask an Operator to resume it" in told_viewer
    assert "Resume" not in told_viewer

    response = operator.post("/sync/now/", follow=True)

    assert response.redirect_chain[-1][0] == sync.get_absolute_url()
    assert "Synced" in text(response)
    assert Sync.objects.get().actor == "ada"


def test_abandoned_sync_can_be_resumed_while_a_worker_is_alive(operator, sandbox, worker):
    sync = services.begin(actor="ada")
    Sync.objects.update(started_at=timezone.now() - timedelta(minutes=5))

    operator.post("/sync/now/")

    sync.refresh_from_db()
    assert sync.ended_at


def test_sync_between_two_pieces_is_not_shown_as_interrupted(viewer):
    sync = make_running_sync(started_at=timezone.now() - timedelta(hours=1))
    hours_later()

    assert "Nobody carries" not in text(viewer.get(sync.get_absolute_url()))


# When it has ended


def test_each_count_links_to_its_list(viewer):
    counts = {"members": 6, "numbers": 34, "webhooks": 27, "in sync": 20}
    counts |= {"not created here": 4, "changed at Quo": 2, "key changed": 1, "missing at Quo": 3}
    sync = ended(counts=counts)

    page = viewer.get(sync.get_absolute_url()).content.decode()

    row = (
        r'<td class="n">(\d+)</td>\s*<th scope="row">\s*(?:<a id="[^"]*"\s*href="([^"]*)">)?([^<]*)'
    )
    assert [(int(n), what.strip(), address) for n, address, what in re.findall(row, page)] == [
        (6, "Members", ""),
        (34, "Numbers", "/numbers/"),
        (27, "Webhooks", "/webhooks/"),
        (20, "In sync", ""),
        (4, "Not created here", "/webhooks/?drift=not-created-here"),
        (2, "Changed at Quo", "/webhooks/?drift=changed"),
        (1, "Key changed", "/webhooks/?drift=key-changed"),
        (3, "Missing at Quo", "/webhooks/?drift=missing"),
    ]


def test_counts_match_the_linked_lists(operator, viewer, sandbox):
    response = operator.post("/sync/now/", follow=True)

    assert "27 Not created here" in text(response)
    listed = viewer.get("/webhooks/?drift=not-created-here").content.decode()
    assert len(set(re.findall(r'href="/webhooks/(WH\w+)/"', listed))) == 27


def test_page_names_failed_and_skipped_parts(viewer):
    failure = "Webhooks of Tom Lindqvist: Forbidden\nWebhooks of Sam Beaulieu: Unauthorized"
    sync = make_running_sync(failure=failure, pieces=["US8pRv6n"], ended_at=timezone.now())

    response = viewer.get(sync.get_absolute_url())

    assert "Some data could not be read" in text(response)
    assert "<li>Webhooks of Tom Lindqvist: Forbidden</li>" in response.content.decode()
    assert "webhooks of 1 member were not read" in text(response)
    assert "marked “not checked”" in text(response)


def test_page_shows_who_started_the_sync_and_its_duration(viewer):
    sync = ended(started_at=timezone.now() - timedelta(seconds=3.2))

    assert re.search(r"by ada, took 3\.\d s", text(viewer.get(sync.get_absolute_url())))


@pytest.mark.parametrize(("seconds", "words"), [(0.04, "0.0 s"), (119, "119.0 s"), (600, "10 min")])
def test_duration_is_formatted_briefly(seconds, words):
    now = timezone.now()

    assert Sync(started_at=now, ended_at=now + timedelta(seconds=seconds)).took == words


def test_recent_syncs_are_listed_newest_first(viewer):
    for n in range(60):
        at = timezone.now() - timedelta(hours=60 - n)
        Sync.objects.create(started_at=at, ended_at=at, actor=f"person-{n}", counts={"members": 6})
    make_running_sync(failure="Numbers: Forbidden")

    response = viewer.get("/sync/")

    words = text(response)
    assert re.search(r"Sync \d+ Just now|Sync \d+ just now", words)
    assert "In progress" in words
    assert "Numbers: Forbidden" in words
    assert words.index("person-59") < words.index("person-58")
    assert ("person-11" in words, "person-10" in words) == (True, False)
    assert "The last 50 syncs." in words


def test_list_before_the_first_sync_shows_an_empty_state(viewer):
    assert "Not synced with Quo yet." in text(viewer.get("/sync/"))


def test_query_count_is_constant(viewer, django_assert_max_num_queries):
    for n in range(40):
        at = timezone.now() - timedelta(hours=n + 1)
        Sync.objects.create(started_at=at, ended_at=at, actor="ada", counts={"members": 6})
    sync = make_running_sync(failure="\n".join(f"Webhooks of {n}: Forbidden" for n in range(40)))

    with django_assert_max_num_queries(7):
        viewer.get("/sync/")
    with django_assert_max_num_queries(8):
        viewer.get(sync.get_absolute_url())
