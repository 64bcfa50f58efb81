import re
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from quo_admin.webhooks.inventory import facets
from quo_admin.webhooks.inventory.filters import Filters
from quo_admin.webhooks.models import MemberList, Webhook
from quo_admin.webhooks.store import record_creator
from quo_admin.workspace.models import Sync
from tests.factories import NOON, make_member, make_number, make_webhook, update_webhooks
from tests.words import text

pytestmark = pytest.mark.django_db
DELIVERED = "message.delivered"


@pytest.fixture
def company(db):
    """Webhooks of every kind that a facet tells apart."""
    make_member(id="US1", firstName="Maya"), make_member(id="US2", firstName="Sam")
    make_number(id="PN1", name="Front desk"), make_number(id="PN2", name="Billing")
    record_creator(make_webhook(label="A", userId="US1", resourceIds=["PN1"]), by="olga")
    make_webhook(label="B", userId="US1", events=["message.received", DELIVERED])
    make_webhook(label="C", status="disabled", url="http://other.example/", resourceIds=["PN2"])
    make_webhook(label="D", userId="US2", events=["call.ringing"], resourceIds=["*"])
    make_webhook(label="E", userId="US2", events=["fax.arrived", "call.ringing"], status="paused")
    make_webhook(label="F", events=["contact.deleted"], resourceIds=None, userId=None)
    make_webhook(label="G", url="http://other.example/", resourceIds=["PN1", "PN2"])
    make_webhook(label="H", status=None, events=None, url=None)
    Webhook.objects.filter(label__in=["C", "D"]).update(drift="changed", drift_since=NOON)
    update_webhooks(Webhook.objects.get(label="G"), missing_since=NOON)
    began = timezone.now()
    Sync.objects.create(started_at=began, ended_at=began, actor="worker", counts={"webhooks": 1})
    MemberList.objects.create(member_id="US1", requested_at=began, read_at=began)
    before = began - timedelta(days=1)
    MemberList.objects.create(
        member_id="US2", requested_at=began, read_at=before, failure="Forbidden"
    )


@pytest.mark.parametrize(
    "requested",
    [
        *("", "status=enabled", "status=missing", "event=call.ringing", "family=other", "q=a"),
        *(
            "host=other.example",
            "member=US1",
            "created_by=none",
            "drift=in-sync",
            "drift=not-checked",
        ),
        *("finding=plain-http", "number=PN1", "number=*", "scheme=http", "q=other.example"),
        *(
            "status=enabled&event=message.received",
            "host=other.example&created_by=none&drift=changed",
        ),
    ],
)
@pytest.mark.parametrize("few", [0, 1_000])
def test_choice_count_matches_the_linked_list(viewer, company, monkeypatch, requested, few):
    monkeypatch.setattr("quo_admin.webhooks.inventory.conditions.FEW", few)
    page = viewer.get(f"/webhooks/?counts=1&{requested}")

    counts = page.context["counts"]
    assert counts.total == len(page.context["rows"]) > 0
    assert len(counts.facets) > 4
    for facet in counts.facets:
        for choice in facet.choices:
            where, _, query = choice.address.partition("?")
            shown = Filters.of(QueryDict(query)).listed().count()  # what the page there shows
            assert where == "/webhooks/"
            assert choice.count == (counts.total if choice.chosen else shown), (facet, choice)


def choices(viewer, title, requested=""):
    counts = viewer.get(f"/webhooks/facets/?{requested}").context["counts"]
    [facet] = [facet for facet in counts.facets if facet.title == title]
    return {choice.word: choice.count for choice in facet.choices}


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("State", {"Enabled": 4, "Disabled": 1, "Deleted or missing": 1, "paused": 1}),
        (
            "Events",
            {"Message received": 4, "Message delivered": 1, "call.ringing": 2, "fax.arrived": 1}
            | {"contact.deleted": 1},
        ),
        ("Family", {"Messages": 4, "Calls": 1, "Contacts": 1, "Others": 2}),
        ("Host", {"example.com": 5, "other.example": 2}),
        ("Member", {"US4kQm81": 3, "Maya Ortiz": 2, "Sam Ortiz": 2}),
        ("Created by", {"Not created here": 7, "People here": 1}),
        ("Drift", {"In sync": 4, "Changed at Quo": 2, "Not checked": 3}),
        ("Number", {"All numbers": 1, "Front desk": 5, "Billing": 3}),
    ],
)
def test_facet_lists_existing_values(viewer, company, title, words):
    assert choices(viewer, title) == words


def test_finding_facet_lists_only_policies_with_findings(viewer, company):
    assert choices(viewer, "Finding")["Not encrypted"] == 1
    assert "Key exposed" not in choices(viewer, "Finding")


def test_choice_link_keeps_search_and_order_and_toggles_the_filter(viewer, company):
    requested = "status=enabled&q=a&sort=-label&rows=25"
    counts = viewer.get(f"/webhooks/facets/?{requested}").context["counts"]

    for facet in counts.facets:
        for choice in facet.choices:
            kept = QueryDict(choice.address.partition("?")[2]).dict()
            assert kept["q"] == "a"
            assert kept["sort"] == "-label"
            assert kept["rows"] == "25"
            if choice.chosen:
                assert "status" not in kept


def test_chips_show_each_filter_and_link_to_its_removal(viewer, company):
    page = viewer.get("/webhooks/?member=US1&finding=plain-http&drift=in-sync&sort=label")

    words = text(page)
    for chip in ("Member: Maya Ortiz", "Finding: not encrypted", "Drift: in sync"):
        assert chip in words
    assert (
        'class="chip" href="/webhooks/?member=US1&amp;finding=plain-http&amp;sort=label">'
        "<span>Drift: in sync</span>" in page.content.decode()
    )


def test_selected_host_is_listed_beyond_the_top_hosts(viewer):
    for place in range(12):
        make_webhook(url=f"https://h{place}.example/")

    assert len(choices(viewer, "Host")) == 8
    assert "Search to find others" in text(viewer.get("/webhooks/facets/"))
    assert choices(viewer, "Host", "host=h9.example")["h9.example"] == 1


def test_list_loads_counts_lazily_and_links_to_them(viewer, company):
    page = viewer.get("/webhooks/?status=enabled&sort=label").content.decode()

    assert (
        'data-hx-get="/webhooks/facets/?status=enabled&amp;sort=label" data-hx-trigger="load"'
        in page
    )
    assert 'href="/webhooks/?status=enabled&amp;sort=label&amp;counts=1">Show counts</a>' in page


def test_lazy_response_updates_the_total(viewer, company):
    page = viewer.get("/webhooks/facets/?status=enabled").content.decode()

    assert '<span id="exported" data-hx-swap-oob="true">4</span>' in page
    assert "1 to 4 of 4, newest first" in page


def test_row_findings_load_lazily_or_with_the_counts(viewer, company):
    pk = Webhook.objects.get(label="C").pk

    marks = viewer.get("/webhooks/states/").content.decode()
    whole = viewer.get("/webhooks/?counts=1")

    [mark] = re.findall(f'<span id="f{pk}" data-hx-swap-oob="true">(.*?)</span>', marks, re.DOTALL)
    assert "Not encrypted" in mark
    assert "Not encrypted" in text(whole)
    assert "Not encrypted" not in text(viewer.get("/webhooks/"))
    assert f'<span id="f{pk}">' in viewer.get("/webhooks/").content.decode()


def test_numbers_are_not_counted_above_the_limit(viewer, company, monkeypatch):
    monkeypatch.setattr(facets, "NUMBERS_COUNTED", 7)

    assert "Front desk" not in text(viewer.get("/webhooks/facets/"))
    assert choices(viewer, "Number", "status=enabled")["Front desk"] == 3


def test_filtered_list_above_the_limit_shows_values_without_counts(viewer, company, monkeypatch):
    counted = choices(viewer, "Drift", "status=enabled")
    monkeypatch.setattr(facets, "COUNTED", 1)

    assert set(choices(viewer, "Drift", "status=enabled").values()) == {None}
    assert counted.keys() <= choices(viewer, "Drift", "status=enabled").keys()
    assert None not in choices(viewer, "State", "status=enabled").values()
    assert None not in choices(viewer, "Drift").values()
