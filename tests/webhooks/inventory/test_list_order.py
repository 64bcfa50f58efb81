import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quo_admin.webhooks.inventory.sorting import SORTS
from quo_admin.webhooks.models import Webhook
from tests.factories import NOON, make_member, make_webhook, make_webhooks
from tests.words import text

pytestmark = pytest.mark.django_db


def link(response, rel):
    found = re.search(f'href="([^"]*)" rel="{rel}"', response.content.decode())
    return found and found[1].replace("&amp;", "&")


def fill(count):
    """Webhooks W0 … of which several were made in the same second."""
    made = [NOON + timedelta(seconds=place // 7) for place in range(count)]
    make_webhooks(
        {"label": f"W{place}", "createdAt": moment.isoformat()} for place, moment in enumerate(made)
    )


def labels_of(response):
    return [str(webhook) for webhook in response.context["page"].rows]


def test_older_and_newer_page_through_the_entire_list(viewer):
    fill(120)
    pages, address = [], "/webhooks/?q=w"
    while address:
        pages.append(viewer.get(address))
        address = link(pages[-1], "next")

    seen = [label for page in pages for label in labels_of(page)]
    assert seen == [f"W{place}" for place in reversed(range(120))]
    assert "50 webhooks, newest first" in text(pages[1])
    later = viewer.get(link(pages[0], "next").replace("/webhooks/", "/webhooks/facets/"))
    assert "51 to 100 of 120, newest first" in text(later)
    back = viewer.get(link(pages[2], "prev"))
    assert labels_of(back) == labels_of(pages[1])
    assert labels_of(viewer.get(link(back, "prev"))) == labels_of(pages[0])
    assert link(pages[0], "prev") is None


def test_page_content_is_stable_while_webhooks_are_added(viewer):
    fill(120)
    older = link(viewer.get("/webhooks/"), "next")
    before = labels_of(viewer.get(older))

    make_webhook(label="Newest", createdAt="2026-12-01T00:00:00Z")

    assert labels_of(viewer.get(older)) == before


@pytest.mark.parametrize("place", ["after=WHnone", "before=WHnone", "after=%00", "after=&before="])
def test_unknown_cursor_shows_the_first_page(viewer, place):
    fill(3)

    assert labels_of(viewer.get(f"/webhooks/?{place}")) == ["W2", "W1", "W0"]


# By any column


@pytest.fixture
def crowd(db):
    """Thirty webhooks with ties in every column, and in all of them at once."""
    make_member(id="US1", firstName="Zoe", lastName="Abel")
    make_member(id="US2", firstName="Adam", lastName="Zorn")
    for place in range(30):
        make_webhook(
            label=["b", "A", None, "", "ä" * 200][place % 5],
            status=["enabled", "disabled", None, "x" * 300][place % 4],
            url=["https://b.example/", "https://a.example/", "", None][place // 2 % 4],
            events=[["message.received"], ["call.ringing", "call.completed"], None][place % 3],
            resourceIds=[["PN1", "PN2"], ["*"], ["PN1"], None][place // 3 % 4],
            userId=["US1", "US2", "US3", None][place // 4 % 4],
            key=[None, "a", "b"][place % 3],
            createdAt=(NOON + timedelta(seconds=place // 8)).isoformat(),
        )
    for pk in Webhook.objects.values_list("pk", flat=True)[::7]:
        Webhook.objects.filter(pk=pk).update(missing_since=NOON)


def walk(viewer, address, rel):
    """Return the ids on each page from here on, this way."""
    pages = []
    while address:
        response = viewer.get(address)
        pages.append([webhook.quo_id for webhook in response.context["page"].rows])
        address = link(response, rel)
    return pages


@pytest.fixture
def short_pages(monkeypatch):
    monkeypatch.setattr("quo_admin.webhooks.inventory.filters.Filters.size", 7)


@pytest.mark.parametrize("sort", SORTS)
def test_each_sort_order_pages_through_all_rows_both_ways(viewer, crowd, short_pages, sort):
    there = walk(viewer, f"/webhooks/?sort={sort}", "next")
    last = link(viewer.get(f"/webhooks/?sort={sort}&after={there[-2][-1]}"), "prev")
    back = walk(viewer, last, "prev")

    seen = [quo_id for page in there for quo_id in page]
    assert sorted(seen) == sorted(Webhook.objects.values_list("quo_id", flat=True))
    assert back[::-1] == there[: len(back)]
    assert len(back) == len(there) - 1


@pytest.mark.parametrize("name", [sort for sort in SORTS if not sort.startswith("-")])
def test_descending_order_is_the_reverse_of_ascending(viewer, crowd, name):
    [up] = walk(viewer, f"/webhooks/?sort={name}", "next")
    [down] = walk(viewer, f"/webhooks/?sort=-{name}", "next")

    assert up == down[::-1]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sort=st.sampled_from(SORTS),
    requested=st.sampled_from(
        ["", "&status=enabled", "&event=message.received", "&q=a", "&drift=in-sync"]
    ),
    few=st.sampled_from([0, 1_000]),
)
def test_filters_and_sort_orders_combine(viewer, crowd, short_pages, sort, requested, few):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quo_admin.webhooks.inventory.conditions.FEW", few)
        pages = walk(viewer, f"/webhooks/?sort={sort}{requested}", "next")
        counted = viewer.get(f"/webhooks/facets/?sort={sort}{requested}").context["counts"].total

    seen = [quo_id for page in pages for quo_id in page]
    assert len(seen) == len(set(seen)) == counted > 0


def names(viewer, sort):
    return [row.label for row in viewer.get(f"/webhooks/?sort={sort}").context["rows"]]


def test_label_sort_is_case_insensitive(viewer):
    for label in ("beta", "Alpha", "alpha two", "Beta two"):
        make_webhook(label=label)

    assert names(viewer, "label") == ["Alpha", "alpha two", "beta", "Beta two"]


def test_member_is_sorted_by_name_not_by_id(viewer):
    make_member(id="US1", firstName="Zoe")
    make_member(id="US2", firstName="Adam")
    make_webhook(label="Zoe's", userId="US1")
    make_webhook(label="Adam's", userId="US2")

    assert names(viewer, "member") == ["Adam's", "Zoe's"]


@pytest.mark.parametrize("sort", ["member", "-member"])
def test_query_count_is_low_for_many_members_with_one_webhook(
    viewer, django_assert_max_num_queries, sort
):
    for place in range(70):
        make_member(id=f"US{place}", firstName=f"{99 - place}", lastName="Ortiz")
    make_webhooks(
        {"label": f"{99 - place}", "userId": f"US{place}" if place else None} for place in range(70)
    )
    known = sorted(f"{99 - place}" for place in range(1, 70))
    expected = [*known, "99"]  # who has no member comes last

    with django_assert_max_num_queries(20):
        labels = names(viewer, f"{sort}&rows=100")

    assert labels == (expected if sort == "member" else expected[::-1])


def test_column_header_shows_sort_direction_and_links_to_the_reverse(viewer):
    make_webhook()
    page = viewer.get("/webhooks/?host=example.com&rows=25").content.decode()
    here = "/webhooks/?host=example.com&amp;sort=created&amp;rows=25"
    assert re.search(rf'aria-sort="descending">\s*<a href="{re.escape(here)}">Created', page)
    assert 'href="/webhooks/?host=example.com&amp;sort=label&amp;rows=25">Label and ID' in page

    page = viewer.get("/webhooks/?sort=label").content.decode()

    assert re.search(r'aria-sort="ascending">\s*<a href="/webhooks/\?sort=-label">Label', page)
    assert 'href="/webhooks/">Created' in page
    assert page.count("aria-sort") == 1


@pytest.mark.parametrize(
    ("sort", "ways"),
    [("-created", "Newer Older"), ("created", "Older Newer"), ("state", "Previous Next")],
)
def test_pagination_labels_depend_on_the_sort_order(viewer, sort, ways):
    fill(60)

    assert ways in text(viewer.get(f"/webhooks/?sort={sort}"))


def test_page_has_the_requested_number_of_rows(viewer):
    fill(60)

    assert len(labels_of(viewer.get("/webhooks/?rows=25"))) == 25
    assert len(labels_of(viewer.get("/webhooks/?rows=100"))) == 60
    assert "1 to 25, newest first" in text(viewer.get("/webhooks/?rows=25"))
    assert "1 to 60 of 60, newest first" in text(viewer.get("/webhooks/?rows=100"))
