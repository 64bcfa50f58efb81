"""The list of numbers: what reaches what, as work lists, now and as of a past day."""

import csv
import re
from datetime import timedelta
from html import unescape
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from quo_admin.audit.models import Entry
from quo_admin.numbers.filters import Filters
from quo_admin.numbers.gaps import GAPS
from quo_admin.numbers.views import listed
from quo_admin.webhooks.models import MemberList, Webhook
from quo_admin.workspace.models import Number, Sync
from tests.factories import NOON, make_member, make_note, make_number, make_sync, make_webhook
from tests.words import text as text_of

pytestmark = pytest.mark.django_db
TO_DESK = {"resourceIds": ["PNdesk"]}
RECEIVED, DELIVERED = "message.received", "message.delivered"


@pytest.fixture
def desk(db):
    return make_number(id="PNdesk", name="Front desk", number="+14155550134")


def text(response):
    """Return the words of an answer, hosts in one piece."""
    response.content = response.content.replace(b"<wbr>", b"")
    return text_of(response)


def names(response):
    """Return the names of the rows, in their order."""
    return [str(row.number) for group in response.context["groups"] for row in group.rows]


def note(number, event=RECEIVED, **changes):
    values = {"number_id": number.quo_id, "event": event, "given_by": "olga", "given_at": NOON}
    return make_note(**(values | changes))


# What a cell says


@pytest.mark.parametrize(
    ("webhooks", "says"),
    [
        ([], "Not covered"),
        ([TO_DESK], "example.com"),
        ([{"resourceIds": ["*"]}], "Only through all-numbers"),
        (
            [{"resourceIds": ["PNdesk"], "status": "disabled"}],
            "Only a disabled webhook example.com",
        ),
        ([TO_DESK, {"resourceIds": ["*"]}], "Duplicated example.com"),
        (
            [TO_DESK | {"url": f"https://{host}.example/"} for host in "abc"],
            "a.example and b.example and 1 more",
        ),
    ],
)
def test_each_coverage_state_has_a_label(viewer, desk, webhooks, says):
    for webhook in webhooks:
        make_webhook(**webhook)

    assert f"(415) 555-0134 {says} Not covered" in text(viewer.get("/numbers/"))


def test_number_with_note_shows_the_author_and_is_not_a_gap(viewer, desk):
    note(desk)

    response = viewer.get("/numbers/?gap=noted")

    assert "App-made, noted by olga, 22 Nov" in text(response) or "by olga" in text(response)
    assert names(response) == ["Front desk"]
    assert names(viewer.get("/numbers/?gap=received")) == []


def test_new_porting_and_restricted_numbers_are_marked(viewer):
    today = timezone.now().isoformat()
    number = make_number(
        portingStatus="pending",
        createdAt=today,
        restrictions={"messaging": {"US": "restricted", "Intl": "restricted"}},
    )
    Number.objects.filter(pk=number.pk).update(first_seen_at=timezone.now())

    words = text(viewer.get("/numbers/"))

    for mark in ("New", "Porting: pending", "No messaging to the US"):
        assert mark in words


def test_old_number_first_seen_today_is_not_new(viewer):
    make_number(name="Old", createdAt="2020-01-01T00:00:00Z")
    Number.objects.update(first_seen_at=timezone.now())

    assert names(viewer.get("/numbers/?gap=new")) == []


# Work lists


@pytest.fixture
def all_kinds(db):
    """Numbers of every kind, so that each list has some and none has all."""
    recently = timezone.now()
    for n, kind in enumerate(["none", "one", "off", "twice", "app"]):
        make_number(id=f"PN{kind}", name=kind, groupId="GR1" if n < 3 else None)
    make_number(id="PNnew", name="new", createdAt=recently.isoformat(), portingStatus="pending")
    make_number(id="PNus", name="us", restrictions={"messaging": {"US": "restricted"}})
    Number.objects.filter(quo_id="PNnew").update(first_seen_at=recently)
    make_webhook(resourceIds=["PNone"], events=[RECEIVED, DELIVERED])
    make_webhook(resourceIds=["PNoff"], status="disabled")
    make_webhook(resourceIds=["PNtwice"], url="https://twice.example/")
    make_webhook(resourceIds=["PNtwice"], url="https://twice.example/")
    note(Number.objects.get(quo_id="PNapp"))


def test_counts_match_the_linked_lists(viewer, all_kinds):
    for name, _word, address, count in viewer.get("/numbers/").context["views"]:
        assert len(names(viewer.get(f"/numbers/{address}"))) == count, name


@pytest.mark.parametrize(
    ("gap", "found"),
    [
        ("received", {"none", "new", "us"}),
        ("delivered", {"none", "off", "twice", "app", "new", "us"}),
        ("disabled", {"off"}),
        ("doubled", {"twice"}),
        ("everywhere", set()),
        ("new", {"new"}),
        ("noted", {"app"}),
        ("porting", {"new"}),
        ("restricted", {"us"}),
    ],
)
def test_each_list_contains_the_expected_numbers(viewer, all_kinds, gap, found):
    assert set(names(viewer.get(f"/numbers/?gap={gap}"))) == found
    assert {str(number) for number in Filters(gap=gap).numbers()} == found


def test_list_of_numbers_covered_only_by_all_numbers(viewer, all_kinds):
    make_webhook(resourceIds=["*"], events=[DELIVERED], url="https://all.example/")

    assert "one" not in names(viewer.get("/numbers/?gap=everywhere"))
    assert "none" in names(viewer.get("/numbers/?gap=everywhere"))


def test_groups_show_number_and_gap_counts(viewer, all_kinds):
    words = text(viewer.get("/numbers/"))

    assert "Group GR1 5 numbers, 4 not fully covered" in words
    assert "No group 2 numbers, 2 not fully covered" in words


def test_groups_of_one_number_have_no_headings(viewer):
    make_number(groupId="GR1", name="b")
    make_number(groupId="GR2", name="a")

    response = viewer.get("/numbers/")

    assert names(response) == ["a", "b"]
    assert "Group GR" not in text(response)


# Search and members


@pytest.mark.parametrize("words", ["front", "(415) 555-0134", "415.555.0134", "PNdesk", "crm.exam"])
def test_number_is_found_by_name_any_number_format_id_and_host(viewer, desk, words):
    make_number(id="PNother", name="Billing", number="+12065550199")
    make_webhook(resourceIds=["PNdesk"], url="https://crm.example/in")

    assert names(viewer.get("/numbers/", {"q": words})) == ["Front desk"]


def test_full_host_of_a_webhook_on_all_numbers_finds_every_number(viewer, desk):
    make_webhook(resourceIds=["*"], url="https://archive.example/")

    assert names(viewer.get("/numbers/?q=archive.example")) == ["Front desk"]
    assert names(viewer.get("/numbers/?q=archive")) == []


def test_host_of_a_disabled_webhook_finds_nothing(viewer, desk):
    make_webhook(resourceIds=["PNdesk"], status="disabled", url="https://crm.example/in")

    assert names(viewer.get("/numbers/?q=crm.example")) == []


def test_member_filter_needs_the_full_value(viewer, desk):
    make_member()
    make_number(name="Toms", users=[{"id": "US4kQm81x"}])

    response = viewer.get("/numbers/?member=US4kQm81")

    assert names(response) == ["Front desk"]
    assert '<option value="US4kQm81" selected>Maya Ortiz' in response.content.decode()


def test_list_links_keep_the_search(viewer, desk):
    page = viewer.get("/numbers/?q=desk&gap=received").content.decode()

    assert 'href="?gap=delivered&amp;q=desk"' in page
    assert 'href="?q=desk"' in page


def test_empty_states_have_different_messages(viewer, operator):
    assert "No numbers yet" in text(viewer.get("/numbers/"))
    assert "Sync with Quo" in text(operator.get("/numbers/"))
    make_number()
    assert "No numbers match “nowhere”" in text(viewer.get("/numbers/?q=nowhere"))
    assert "No numbers in this list" in text(viewer.get("/numbers/?gap=porting"))


@pytest.mark.parametrize(
    "query",
    [
        "gap=x",
        "member=%00",
        "q=%00%ff",
        "q=" + "x" * 3000,
        "page=x",
        "page=99",
        "on=&gap=",
        "q=%25",
    ],
)
def test_invalid_query_parameters_are_ignored(viewer, desk, query):
    assert viewer.get(f"/numbers/?{query}").status_code == 200


# What leads on


def test_selection_requires_the_plan_permission(viewer, operator, desk):
    assert 'name="numbers"' not in viewer.get("/numbers/").content.decode()
    assert 'name="numbers" value="PNdesk"' in operator.get("/numbers/").content.decode()


def test_batch_can_be_planned_for_the_entire_list(operator, all_kinds):
    page = operator.get("/numbers/?gap=received&q=ne").content.decode()
    assert '"/onboarding/new/?gap=received&amp;q=ne">Plan a batch for all 2<' in page

    planned = operator.get("/onboarding/new/?gap=received&q=ne")
    assert "2 numbers without coverage for Message received, matching “ne”" in text(planned)


def test_single_number_uses_singular_form(viewer, operator, desk):
    make_webhook(**TO_DESK)
    Number.objects.update(porting_status="pending")

    listed = text(viewer.get("/numbers/"))
    planned = text(operator.get("/onboarding/new/?gap=porting&q=front"))

    assert "Coverage of 1 number " in listed
    assert "1 number 1 covered 1 not covered" in listed
    assert "1 number being ported, matching “front”" in planned


# As of a past day


@pytest.fixture
def past(db):
    """A webhook that was last seen on the 10th of March and missed on the 14th."""
    make_number(id="PNdesk", name="Front desk")
    gone = make_webhook(id="WHgone", resourceIds=["PNdesk"], createdAt="2026-01-05T00:00:00Z")
    Webhook.objects.filter(pk=gone.pk).update(
        last_seen_at="2026-03-10T12:00:00Z", missing_since="2026-03-14T12:00:00Z"
    )


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2026-01-04", "Not covered Not covered"),
        ("2026-03-10", "example.com Not covered"),
        (
            "2026-03-12",
            "possibly example.com Uncertain: last seen 10 March 2026, missing 14 March 2026 Not "
            "covered",
        ),
        ("2026-03-15", "Not covered Not covered"),
    ],
)
def test_past_day_shows_coverage_and_its_certainty(viewer, past, day, says):
    assert f"(415) 555-0134 {says}" in text(viewer.get(f"/numbers/?on={day}"))


@pytest.mark.parametrize(
    ("day", "perhaps"), [("2026-03-01", False), ("2026-03-12", True), ("2026-03-20", True)]
)
def test_number_that_may_have_left_by_the_day_is_uncertain(viewer, past, day, perhaps):
    Number.objects.update(last_seen_at="2026-03-01T12:00:00Z", missing_since="2026-03-20T12:00:00Z")

    shown = text(viewer.get(f"/numbers/?on={day}"))
    body = b"".join(viewer.post("/numbers/export/", {"on": day}).streaming_content)
    [line] = csv.DictReader(StringIO(body.decode("utf-8-sig")))

    assert (
        "Front desk Uncertain: last seen 1 March 2026, missing 20 March 2026" in shown
    ) == perhaps
    assert line["marks"] == ("May have been removed by then" if perhaps else "")


def test_past_day_shows_its_basis_and_offers_no_actions(operator, past):
    make_sync()
    page = operator.get("/numbers/?on=2026-03-12")

    assert "As of 12 March 2026" in text(page)
    assert "The first sync was on 22 November 2026" in text(page)
    assert 'name="numbers"' not in page.content.decode()
    assert not {"new", "porting", "restricted"} & {view[0] for view in page.context["views"]}
    assert names(operator.get("/numbers/?on=2026-03-12&gap=new")) == ["Front desk"]


@pytest.fixture
def many(db):
    """Numbers without a webhook, four pages of them with pages of three; seven have no name."""
    for place in range(11):
        make_number(id=f"PN{place:02}", name=f"line {10 - place:02}" if place > 6 else None)


def all_pages(viewer, address, link):
    """Follow a link from page to page, and return the IDs of each page."""
    pages = []
    while address:
        page = viewer.get(address)
        pages.append([row.number.quo_id for group in page.context["groups"] for row in group.rows])
        found = re.search(f'href="([^"]+)" id="{link}"', page.content.decode())
        address = f"/numbers/{unescape(found[1])}" if found else ""
    return pages


def test_pages_of_a_past_day_hold_each_number_once_by_name(viewer, many, monkeypatch):
    monkeypatch.setattr(listed, "ROWS", 3)
    by_name = [f"PN{place:02}" for place in (*range(7), *range(10, 6, -1))]
    expected = [by_name[start : start + 3] for start in range(0, 11, 3)]

    for gap in ("", "received"):
        address = f"/numbers/?on=2026-11-21&gap={gap}"
        last = f"{address}&after={by_name[8]}"
        assert all_pages(viewer, address, "page-after") == expected
        assert all_pages(viewer, last, "page-before") == expected[::-1]
        assert all_pages(viewer, f"{address}&after=PNnone", "page-none")[0] == expected[0]


def test_filtered_list_of_a_past_day_is_counted_on_request(viewer, many, monkeypatch):
    monkeypatch.setattr(listed, "ROWS", 3)
    address = "/numbers/?on=2026-11-21&gap=received"

    page = viewer.get(address)
    [link] = re.findall('href="([^"]+)">Count the numbers', page.content.decode())

    assert "11 numbers" in text(viewer.get("/numbers/?on=2026-11-21"))
    assert "11 numbers" not in text(page)
    assert "11 numbers" in text(viewer.get(f"/numbers/{unescape(link)}"))


def test_short_list_of_a_past_day_is_counted(viewer, past):
    page = viewer.get("/numbers/?on=2026-03-15&gap=received")

    assert "Coverage of 1 number " in text(page)
    assert "Count the numbers" not in text(page)


def test_webhooks_on_all_numbers_are_counted_once_on_a_past_day(viewer, past):
    make_webhook(resourceIds=["*"], createdAt="2026-01-05T00:00:00Z", url="https://all.example/")

    page = text(viewer.get("/numbers/?on=2026-03-10"))

    assert "1 webhook covered all numbers" in page
    assert "all.example" not in page


def test_links_of_a_past_day_keep_the_day(viewer, past):
    page = viewer.get("/numbers/?on=2026-03-12&q=front&page=1").content.decode()

    assert 'href="?gap=delivered&amp;q=front&amp;on=2026-03-12"' in page
    assert 'href="/numbers/PNdesk/?on=2026-03-12"' in page


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("yesterday", "Enter a date, such as 2026-03-12."),
        ("2026-02-30", "Enter a date, such as 2026-03-12."),
        ("9999-12-31", "Enter today ("),
        ("\x00", ""),
        ("0001-01-01", "As of 1 January"),
    ],
)
def test_invalid_date_shows_an_error_and_is_kept(viewer, desk, typed, says):
    response = viewer.get("/numbers/", {"on": typed})

    assert response.status_code == 200
    assert says in text(response)
    if "day" in says:
        page = response.content.decode()
        assert re.search(rf'type="date" value="{typed}"[^>]* aria-invalid="true"', page)


def test_todays_date_shows_the_current_state(operator, desk):
    today = timezone.now().date()

    assert 'name="numbers"' in operator.get(f"/numbers/?on={today}").content.decode()


# How fresh


def test_page_shows_the_time_of_the_last_sync(viewer, desk):
    make_sync(actor="ada")

    words = text(viewer.get("/numbers/"))

    assert "Last synced" in words
    assert "Webhooks created in the Quo app are not visible" in words
    assert "2026-11-22 12:00:00 UTC" in viewer.get("/numbers/").content.decode()


def test_page_is_stale_since_the_last_sync_that_read_numbers(viewer, desk):
    make_sync()
    later = NOON + timedelta(hours=1)
    failed = make_sync(started_at=later, ended_at=later, counts={}, failure="Numbers: Forbidden")

    response = viewer.get("/numbers/")

    assert "Not checked since" in text(response)
    assert "could not read your numbers. Numbers: Forbidden" in text(response)
    assert f'<a href="/sync/{failed.pk}/">' in response.content.decode()
    assert "Front desk" in text(response)


def test_failed_webhook_list_does_not_make_numbers_stale(viewer, desk):
    make_sync(failure="Webhooks of Tom Lindqvist: Forbidden")

    assert "Not checked" not in text(viewer.get("/numbers/"))


def test_running_sync_does_not_make_numbers_stale(viewer, desk):
    make_sync()
    Sync.objects.create(started_at=timezone.now(), actor="ada")

    assert "Not checked" not in text(viewer.get("/numbers/"))


@pytest.mark.parametrize("address", ["/numbers/", "/numbers/PNdesk/"])
def test_failed_member_list_shows_that_coverage_may_be_incomplete(viewer, desk, address):
    make_sync()
    make_member()
    MemberList.objects.create(member_id="US4kQm81", requested_at=NOON, failure="Forbidden")

    words = text(viewer.get(address))

    assert "Coverage may be incomplete" in words
    assert "Maya Ortiz’s webhooks were never read: Forbidden." in words


def test_footer_shows_the_last_sync(viewer):
    make_sync()

    assert "Last sync" in text(viewer.get("/numbers/"))


# Export


def test_export_contains_the_list_and_is_in_the_audit_log(viewer, all_kinds):
    response = viewer.post("/numbers/export/", {"gap": "doubled"})
    lines = list(csv.DictReader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))

    assert [
        (line["name"], line["message received"], line["message received: hosts"]) for line in lines
    ] == [("twice", "Duplicated", "twice.example")]
    entry = Entry.objects.get(action="list.exported")
    assert (entry.actor, entry.target, entry.after) == ("vera", "numbers", "Duplicated")


def test_search_without_results_is_not_recorded_in_audit_log(viewer, all_kinds):
    response = viewer.post("/numbers/export/", {"q": "a key pasted by mistake", "gap": "doubled"})

    assert not Entry.objects.filter(action="list.exported").exists()
    assert response["Location"] == "/numbers/?gap=doubled"


def test_export_of_a_past_day_contains_the_date(viewer, past):
    response = viewer.post("/numbers/export/", {"on": "2026-03-12"})
    [line] = csv.DictReader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig")))

    assert (line["as of"], line["message received: hosts (uncertain)"]) == (
        "2026-03-12",
        "example.com",
    )


# What it costs


def test_query_count_is_constant(viewer, all_kinds):
    def cost(address):
        with CaptureQueriesContext(connection) as queries:
            viewer.get(address)
        return len(queries)

    addresses = ["/numbers/", "/numbers/?q=example.com"]
    addresses += ["/numbers/?on=2026-11-22", "/numbers/?on=2026-11-22&gap=received"]
    addresses += [f"/numbers/?gap={gap}" for gap in GAPS]
    before = [cost(address) for address in addresses]
    for n in range(120):
        make_number(id=f"PNmore{n}", name=f"more {n}", groupId=f"GR{n % 7}")
        make_webhook(resourceIds=[f"PNmore{n}"], url=f"https://{n}.example/")

    assert all(cost(address) <= few for address, few in zip(addresses, before, strict=True))
    assert max(before) <= 28
    assert "Page 1 of 2" in text(viewer.get("/numbers/"))
