"""The map of where messages go: every count is the length of the list that it links to."""

import random
import re
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quo_admin.numbers import map, map_counts
from quo_admin.numbers.coverage import EVENTS
from quo_admin.numbers.filters import Filters
from quo_admin.numbers.models import Note
from quo_admin.webhooks.models import Webhook
from quo_admin.workspace.models import Number
from tests.factories import NOON, make_member, make_note, make_number, make_webhook
from tests.words import text

pytestmark = pytest.mark.django_db
BOTH = [event.value for event in EVENTS.values()]
OTHERS = object()
HOSTS = [f"{letter}.example" for letter in "abcde"]
ODD = ["https://a,b.example/", "https://not a host.example/", "no address", None]


@pytest.fixture
def few(monkeypatch):
    """Columns and rows that a small company already fills."""
    monkeypatch.setattr(map_counts, "HOSTS", 3)
    monkeypatch.setattr(map, "GROUPS", 3)


def random_company(seed):
    chance = random.Random(seed)
    ids = [f"PN{place}" for place in range(14)]
    for id in ids:
        make_number(id=id, name=id, groupId=chance.choice(["GRa", "GRb", "GRc", "GRd", "", None]))
    everybody = seed % 3 == 0
    for place in range(20):
        url = f"https://{chance.choice(HOSTS)}/{chance.randint(1, 2)}"
        make_webhook(
            id=f"WH{place}",
            url=chance.choice([url] * 8 + ODD),
            events=chance.choice([BOTH[:1], BOTH[1:], BOTH, ["call.ringing"]]),
            status=chance.choice([*["enabled"] * 3, "disabled", None]),
            resourceIds=["*"] if everybody and place < 3 else chance.sample(ids, 2),
            deletedAt=chance.choice([None] * 5 + [NOON.isoformat()]),
        )
    for id in chance.sample(ids, 3):
        make_note(number_id=id, event=chance.choice(BOTH))
    Number.objects.filter(quo_id=ids[0]).update(missing_since=NOON)


def reference(event, shown):
    """Return the counts by group and column, from the webhooks themselves."""
    present = [
        webhook
        for webhook in Webhook.objects.filter(missing_since=None, deleted_at=None)
        if event in webhook.events
    ]
    sending = [webhook for webhook in present if webhook.status == "enabled"]
    everywhere = any(webhook.resource_ids == ["*"] for webhook in sending)
    notes = Note.objects.filter(event=event, ended_at=None)
    counts = Counter()
    for number in Number.objects.filter(missing_since=None):
        hosts = {webhook.host for webhook in sending if number.quo_id in webhook.resource_ids}
        columns = {host if host in shown else OTHERS for host in hosts}
        if not columns and everywhere:
            columns = {"all-numbers"}
        elif not columns and notes.filter(number_id=number.quo_id):
            columns = {"noted"}
        elif not columns:
            off = any({number.quo_id, "*"} & set(webhook.resource_ids) for webhook in present)
            columns = {"disabled" if off else "nothing"}
        counts.update((number.group_id or "", column) for column in columns)
    return counts


def whole_map(event):
    """Return the columns, and all rows of all pages."""
    first = map.draw(Filters(), event, "1")
    pages = [map.draw(Filters(), event, str(page)) for page in first.page.paginator.page_range]
    return first, [row for page in pages for row in page.rows]


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("seed", range(6))
def test_counts_are_those_of_a_slow_reader_and_of_the_linked_lists(viewer, few, seed, event):
    random_company(seed)
    drawn, rows = whole_map(event)
    shown = {column.value for column in drawn.columns if column.kind == "host"}
    counts = reference(EVENTS[event], shown)

    assert sum(row.group.count for row in rows) == drawn.total.group.count == 13
    for row in rows:
        for cell in row.cells:
            column = cell.column.value if cell.column.kind != "others" else OTHERS
            assert cell.count == counts[row.group.id, column], (row.label, cell.column.label)
    for row in [drawn.total, *rows]:
        assert length(viewer, row.url) == row.group.count
        for cell in row.cells:
            if cell.count:
                assert length(viewer, cell.url) == cell.count, (row.label, cell.column.label)
    for place, cell in enumerate(drawn.total.cells):
        assert cell.count == sum(row.cells[place].count for row in rows)


def length(browser, url):
    response = browser.get(url)
    assert response.status_code == 200
    return response.context["count"]


def test_largest_hosts_have_columns_and_the_rest_is_counted_once(viewer, few):
    make_number(id="PN1")
    make_number(id="PN2")
    for host in HOSTS:
        make_webhook(url=f"https://{host}/", resourceIds=["PN1"])
    make_webhook(url="https://e.example/2", resourceIds=["PN2"])

    response = viewer.get("/numbers/map/")

    columns = [column.label for column in response.context["map"].columns]
    assert columns == ["e.example", "a.example", "b.example", "Other hosts", "Not covered"]
    assert "1 of 2 numbers to other hosts" in text(response)
    linked = viewer.get(response.context["map"].total.cells[3].url)
    assert "Message received: hosts other than e.example, a.example and 1 more" in text(linked)
    assert linked.context["page"].paginator.count == 1


def test_webhook_on_all_numbers_is_counted_beside_the_map(viewer):
    make_number(id="PN1", name="Front desk")
    make_number(id="PN2", name="Sales")
    make_webhook(resourceIds=["PN1"], url="https://desk.example/")
    make_webhook(resourceIds=["*"], url="https://crm.example/")
    make_webhook(resourceIds=["*"], url="https://crm.example/2", events=BOTH)

    page = viewer.get("/numbers/map/")

    [(host, count, url)] = page.context["on_all"].hosts
    assert (host, count) == ("crm.example", 2)
    assert len(viewer.get(url).context["rows"]) == 2
    labels = {cell.column.label: cell.count for cell in page.context["map"].total.cells}
    assert labels == {"desk.example": 1, "Only through all-numbers": 1, "Not covered": 0}
    delivered = viewer.get("/numbers/map/?event=delivered").context
    assert delivered["on_all"].count == 1


@pytest.mark.parametrize("named_url", ["https://crm.example/", "https://desk.example/"])
def test_duplicated_number_is_in_one_column_only(viewer, named_url):
    """Two webhooks on all numbers send to the same endpoint, so that every number is duplicated."""
    make_number(id="PN1")
    make_number(id="PN2")
    make_webhook(resourceIds=["PN1"], url=named_url)
    for _ in range(2):
        make_webhook(resourceIds=["*"], url="https://crm.example/")

    cells = viewer.get("/numbers/map/").context["map"].total.cells

    assert [cell.count for cell in cells] == [1, 1, 0]
    assert [length(viewer, cell.url) for cell in cells] == [1, 1, 0]


def test_export_and_plan_keep_the_filters_of_a_count(operator):
    make_number(id="PN1", name="Front desk", groupId="GR1")
    make_number(id="PN2", name="Sales", groupId=None)
    make_webhook(resourceIds=["PN1"])
    count = {"group": "none", "event": "received", "outcome": "nothing"}

    planner = text(operator.get("/onboarding/new/", count))
    lines = b"".join(operator.post("/numbers/export/", count).streaming_content).decode()

    assert "1 number without a group, with Message received: not covered" in planner
    assert "Sales" in lines
    assert "Front desk" not in lines
    assert "No group, Message received: not covered" in text(operator.get("/audit/"))


def test_group_is_called_after_its_first_number(viewer):
    make_number(name="Sales", groupId="GR1")
    make_number(name="Front desk", groupId="GR1")
    make_number(name=None, groupId="GR2")
    make_number(name="", groupId=None)

    rows = viewer.get("/numbers/map/").context["map"].rows

    labels = [(row.label, row.group.more) for row in rows]
    assert labels == [("Front desk", 1), ("Group GR2", 0), ("No group", 0)]


def test_map_keeps_the_filters_of_the_list_and_shows_them(viewer):
    make_member(id="USmaya")
    make_number(id="PN1", groupId="GR1", users=[{"id": "USmaya"}])
    make_number(id="PN2", groupId="GR1")
    make_number(id="PN3", groupId="GR2", users=[{"id": "USmaya"}])
    make_webhook(resourceIds=["PN1"])

    page = viewer.get("/numbers/map/?member=USmaya&group=GR1&gap=delivered&host=x.example")

    drawn = page.context["map"]
    assert (drawn.total.group.count, drawn.named) == (1, 1)
    assert length(viewer, drawn.total.cells[0].url) == 1
    words = [chip.words for chip in page.context["chips"]]
    assert words == ["Group GR1", "Message delivered: not covered"]
    without_group = viewer.get("/numbers/map/" + page.context["chips"][0].address)
    assert without_group.context["map"].total.group.count == 2


def test_list_shows_its_group_and_host_as_filters_that_can_be_removed(viewer):
    make_number(id="PN1", name="Front desk", groupId="GR1")
    make_number(id="PN2", name="Sales", groupId=None)
    make_webhook(resourceIds=["PN1", "PN2"])

    page = viewer.get("/numbers/?group=none&event=received&host=example.com")

    assert length(viewer, "/numbers/?group=none&event=received&host=example.com") == 1
    group, host = page.context["chips"]
    assert (group.words, host.words) == ("No group", "Message received: example.com")
    assert length(viewer, "/numbers/" + group.address) == 2
    assert host.address == "?group=none"
    assert '<input type="hidden" name="host" value="example.com">' in page.content.decode()


def test_hosts_of_a_past_day_are_those_of_then(viewer):
    make_number(id="PN1")
    webhook = make_webhook(resourceIds=["PN1"], createdAt="2026-11-01T00:00:00Z")
    Webhook.objects.filter(pk=webhook.pk).update(missing_since=NOON, deleted_by="olga")

    assert length(viewer, "/numbers/?host=example.com&on=2026-11-10") == 1
    assert length(viewer, "/numbers/?host=example.com&on=2026-10-10") == 0
    assert length(viewer, "/numbers/?outcome=nothing&on=2026-10-10") == 1
    assert length(viewer, "/numbers/?outcome=nothing&on=2026-11-10") == 0


def test_bars_have_the_share_of_the_group_and_no_inline_style(viewer):
    for place in range(4):
        make_number(id=f"PN{place}")
    make_webhook(resourceIds=["PN0", "PN1", "PN2"])

    page = viewer.get("/numbers/map/").content.decode()

    assert re.search(r'>3</span><span class="sr"> of 4 numbers to example.com<', page)
    assert '<rect width="75%" height="100%"/>' in page
    assert "style=" not in page


def test_empty_maps_say_why(viewer):
    assert "No numbers yet." in text(viewer.get("/numbers/map/"))
    make_number()
    assert "No numbers match “zzz”" in text(viewer.get("/numbers/map/?q=zzz"))
    words = text(viewer.get("/numbers/map/?event=nonsense")).replace(" ,", ",")
    assert "Message received: 0 of 1 number named by a webhook, 1 not covered." in words


def test_map_asks_as_many_queries_for_a_large_company(viewer):
    make_number(id="PN1")
    make_webhook(resourceIds=["PN1"])
    small = queries(viewer)
    for place in range(30):
        make_number(id=f"PN{place}x", groupId=f"GR{place}")
        make_webhook(url=f"https://h{place}.example/", resourceIds=[f"PN{place}x", "PN1"])
        make_webhook(url=f"https://all{place}.example/", resourceIds=["*"])

    assert queries(viewer) == small


def queries(browser):
    with CaptureQueriesContext(connection) as captured:
        assert browser.get("/numbers/map/").status_code == 200
    return len(captured)
