import re
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils.http import urlencode

from quo_admin.webhooks.models import Webhook
from tests.factories import NOON, make_member, make_number, make_webhook
from tests.words import text

pytestmark = pytest.mark.django_db
DELIVERED = "message.delivered"


@pytest.fixture
def listed(viewer):
    """Return the labels on a page of the list, as its address asks."""

    def labels(**asked):
        page = viewer.get(f"/webhooks/?{urlencode(asked)}").content.decode()
        return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', page)

    return labels


def gone(webhook, by="olga"):
    Webhook.objects.filter(pk=webhook.pk).update(gone_at=NOON, gone_by=by)


def link(response, rel):
    found = re.search(f'href="([^"]*)" rel="{rel}"', response.content.decode())
    return found and found[1].replace("&amp;", "&")


def test_empty_list_says_what_to_do(operator, viewer):
    assert "Create the first one" in text(operator.get("/webhooks/"))
    assert "Create the first one" not in text(viewer.get("/webhooks/"))


def test_list_shows_where_texts_go_and_never_the_path(viewer):
    make_number(id="PN1", name="Front desk")
    make_member()
    make_webhook(url="http://relay.example/quo/secret-token?key=hush", resourceIds=["PN1", "PN2"])

    page = viewer.get("/webhooks/")

    assert "Front desk PN2" in text(page)
    assert "Maya Ortiz" in text(page)
    assert "http://relay.<wbr>example<" in page.content.decode()
    assert "secret-token" not in page.content.decode()
    assert "hush" not in page.content.decode()


def test_newest_stands_first_by_quos_own_time(listed):
    make_webhook(label="Old", createdAt="2026-01-01T00:00:00Z")
    make_webhook(label="New", createdAt="2026-11-01T00:00:00Z")
    make_webhook(label="Middle", createdAt="2026-06-01T00:00:00Z")

    assert listed() == ["New", "Middle", "Old"]


@pytest.mark.parametrize(
    "words", ["SUPPORT", "hooks.crm", "WHa1", "front", "(415) 555-0134", "415.555.0134", "PN77"]
)
def test_search_finds_by_label_host_id_or_number(listed, words):
    make_number(id="PN77", name="Front desk", number="+14155550134")
    make_webhook(id="WHa1", label="Support", url="https://hooks.crm.example/", resourceIds=["PN77"])
    make_webhook(label="Other", url="https://else.example/", resourceIds=["PN5"])

    assert listed(q=words) == ["Support"]


@pytest.mark.parametrize("words", ["%", "_", "100%", "\\", "'"])
def test_signs_of_the_databases_own_are_searched_as_they_are(listed, words):
    make_webhook(label="a\\_100%'b")
    make_webhook(label="plain")

    assert listed(q=words) == ["a\\_100%&#x27;b"]


def test_number_that_is_asked_for_brings_webhooks_on_all_numbers_and_says_so(viewer, listed):
    make_number(id="PN1", name="Front desk")
    make_webhook(label="Named", resourceIds=["PN1"])
    make_webhook(label="Star", resourceIds=["*"])
    make_webhook(label="Other", resourceIds=["PN2"])

    for asked in ({"number": "PN1"}, {"q": "front desk"}):
        assert set(listed(**asked)) == {"Named", "Star"}
        assert "Webhooks on all numbers are among these" in text(viewer.get("/webhooks/", asked))
    assert listed(number="*") == ["Star"]
    assert "are among these" not in text(viewer.get("/webhooks/", {"number": "*"}))


@pytest.mark.parametrize(
    ("asked", "labels"),
    [
        ({"status": "enabled"}, {"One", "Clear"}),
        ({"status": "disabled"}, {"Off"}),
        ({"status": "gone"}, {"Past"}),
        ({"status": "paused"}, {"Odd"}),
        ({"event": DELIVERED}, {"Clear"}),
        ({"host": "clear.example"}, {"Clear"}),
        ({"host": "CLEAR.example"}, {"Clear"}),
        ({"scheme": "http"}, {"Clear"}),
        ({"status": "enabled", "host": "example.com"}, {"One"}),
        ({"status": "enabled", "q": "clear", "scheme": "http"}, {"Clear"}),
        ({"page": "7", "sort": "x"}, {"One", "Clear", "Off", "Past", "Odd"}),
    ],
)
def test_filters_leave_what_they_name_and_combine(listed, asked, labels):
    make_webhook(label="One")
    make_webhook(label="Clear", url="HTTP://clear.example/x", events=[DELIVERED])
    make_webhook(label="Off", status="disabled")
    make_webhook(label="Odd", status="paused")
    gone(make_webhook(label="Past"))

    assert set(listed(**asked)) == labels


@pytest.mark.parametrize("name", ["q", "status", "event", "number", "host", "scheme"])
@pytest.mark.parametrize("value", ["\0", "'; --", "<b>", "é" * 3000, "😀", "[", "%ff"])
def test_odd_filter_finds_nothing_and_says_what_was_asked(viewer, name, value):
    make_webhook()

    response = viewer.get("/webhooks/", {name: value})

    assert response.status_code == 200
    assert "None of the 1 webhook matches" in text(response)
    assert "Clear" in text(response)


def test_no_match_names_what_was_asked_and_the_ways_back(viewer):
    make_webhook()

    response = viewer.get("/webhooks/?q=zzz&status=disabled")

    assert "None of the 1 webhook matches “zzz”." in text(response)
    assert "State: disabled" in text(response)
    page = response.content.decode()
    assert 'href="/webhooks/?status=disabled">Clear the search<' in page
    assert 'href="/webhooks/">Clear all filters<' in page


def test_choice_counts_what_it_would_show_and_a_chip_takes_it_back(viewer, listed):
    make_webhook(label="A")
    make_webhook(label="B", events=["message.received", DELIVERED])
    make_webhook(label="C", status="disabled", url="https://other.example/")

    page = viewer.get("/webhooks/?status=enabled")

    for facet in page.context["facets"]:
        for choice in facet.choices:
            if not choice.chosen:
                asked = QueryDict(choice.address.partition("?")[2]).dict()
                assert len(listed(**asked)) == choice.count, choice
    assert 'class="chip" href="/webhooks/"><span>State: enabled</span>' in page.content.decode()


def test_search_keeps_the_filters(viewer):
    make_webhook()

    page = viewer.get("/webhooks/?host=example.com").content.decode()

    assert '<input type="hidden" name="host" value="example.com">' in page


def test_gone_webhook_stays_in_the_list_as_past(viewer):
    gone(make_webhook(label="Trial"))

    page = viewer.get("/webhooks/")

    assert '<tr class="past">' in page.content.decode()
    assert "Gone there" in text(page)


def fill(count):
    """Webhooks W0 … of which several were made in the same second."""
    for place in range(count):
        made = NOON + timedelta(seconds=place // 7)
        make_webhook(label=f"W{place}", createdAt=made.isoformat())


def labels_of(response):
    return [str(webhook) for webhook in response.context["page"].rows]


def test_older_and_newer_lead_through_the_whole_list_and_back(viewer):
    fill(120)
    pages, address = [], "/webhooks/?q=w"
    while address:
        pages.append(viewer.get(address))
        address = link(pages[-1], "next")

    seen = [label for page in pages for label in labels_of(page)]
    assert seen == [f"W{place}" for place in reversed(range(120))]
    assert "51 to 100 of 120, newest first" in text(pages[1])
    back = viewer.get(link(pages[2], "prev"))
    assert labels_of(back) == labels_of(pages[1])
    assert labels_of(viewer.get(link(back, "prev"))) == labels_of(pages[0])
    assert link(pages[0], "prev") is None


def test_page_stays_what_it_was_while_webhooks_are_added(viewer):
    fill(120)
    older = link(viewer.get("/webhooks/"), "next")
    before = labels_of(viewer.get(older))

    make_webhook(label="Newest", createdAt="2026-12-01T00:00:00Z")

    assert labels_of(viewer.get(older)) == before


@pytest.mark.parametrize("place", ["after=WHnone", "before=WHnone", "after=%00", "after=&before="])
def test_place_that_is_unknown_leads_to_the_first_page(viewer, place):
    fill(3)

    assert labels_of(viewer.get(f"/webhooks/?{place}")) == ["W2", "W1", "W0"]


def test_list_costs_the_same_number_of_queries_however_long_it_is(
    viewer, django_assert_num_queries
):
    make_number(id="PN1")
    fill(1)
    viewer.get("/webhooks/?q=w")
    # session, person, two of permissions; rows, place, count, known, numbers, members, whether
    # a number was found; states, events, hosts, all numbers, numbers and their names
    for _ in range(2):
        with django_assert_num_queries(17):
            viewer.get("/webhooks/?q=w")
        fill(60)
