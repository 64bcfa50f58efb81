import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.http import urlencode

from quo_admin.webhooks.inventory.filters import CONDITION_BUILDERS
from quo_admin.webhooks.models import MemberList, Webhook
from quo_admin.webhooks.store import record_creator
from quo_admin.workspace.models import Sync
from tests.factories import NOON, make_member, make_number, make_webhook, make_webhooks
from tests.words import text

pytestmark = pytest.mark.django_db
DELIVERED = "message.delivered"


@pytest.fixture
def listed(viewer):
    """Return the labels on a page of the list, as its address asks."""

    def labels(**requested):
        page = viewer.get(f"/webhooks/?{urlencode(requested)}").content.decode()
        return re.findall(r'<th scope="row">\s*<a href="[^"]*">([^<]*)</a>', page)

    return labels


def change(webhook, **columns):
    Webhook.objects.filter(pk=webhook.pk).update(**columns)


def gone(webhook, by="olga"):
    change(webhook, missing_since=NOON, deleted_by=by)


def sync(*, read, failed, counts=None):
    """A sync that ended six minutes ago, and which lists it read."""
    began = timezone.now() - timedelta(minutes=6)
    counts = counts or {"webhooks": 1}
    Sync.objects.create(started_at=began, ended_at=began, actor="worker", counts=counts)
    for member in read:
        MemberList.objects.create(member_id=member, requested_at=began, read_at=began)
    for member, failure in failed.items():
        before = began - timedelta(hours=3)
        MemberList.objects.create(
            member_id=member, requested_at=began, read_at=before, failure=failure
        )


def test_empty_list_offers_creation_to_operators_only(operator, viewer):
    assert "Create a webhook" in text(operator.get("/webhooks/"))
    assert "Create a webhook" not in text(viewer.get("/webhooks/"))


def test_list_shows_numbers_and_host_but_not_the_url_path(viewer):
    make_number(id="PN1", name="Front desk")
    make_member()
    make_webhook(url="http://relay.example/quo/secret-token?key=hush", resourceIds=["PN1", "PN2"])

    page = viewer.get("/webhooks/")

    assert "Front desk PN2" in text(page)
    assert "Maya Ortiz" in text(page)
    assert "http://relay.<wbr>example<" in page.content.decode()
    assert "secret-token" not in page.content.decode()
    assert "hush" not in page.content.decode()


def test_list_is_sorted_by_quo_creation_time_newest_first(listed):
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


@pytest.mark.parametrize(
    "words",
    [
        *("+44 20 7946 0000", "+442079460000", "020 7946 0000", "0044 20 7946 0000", "7946-0000"),
        *("+44 (0)20 7946 0000", "44 (0)20 7946 0000", "tel:+442079460000", "011 44 20 7946 0000"),
        *("４４２０７９４６００００", "٤٤٢٠٧٩٤٦٠٠٠٠", "+44\u00a020\u00a07946\u00a00000", "0000"),
    ],
)
def test_search_finds_number_in_any_format(listed, words):
    make_number(id="PNlon", name="London", number="+442079460000")
    make_number(id="PNdesk", name="Front desk", number="+14155550134")
    make_webhook(label="UK", resourceIds=["PNlon"])
    make_webhook(label="US", resourceIds=["PNdesk"])

    assert listed(q=words) == ["UK"]


@pytest.mark.parametrize("words", ["münchen", "MÜNCHEN", "büro", "BÜRO", "n bür"])
def test_search_is_case_insensitive_for_non_ascii_letters(listed, words):
    make_webhook(label="MÜNCHEN Büro")
    make_webhook(label="Munchen Buro")

    assert listed(q=words) == ["MÜNCHEN Büro"]


@pytest.mark.parametrize("words", ["Übel", "übelacker", "ulla Ü", "US009", "us009"])
def test_search_finds_webhook_by_member_name_or_id(listed, words):
    make_member(id="US009", firstName="Ulla", lastName="Übelacker")
    make_member(id="US010", firstName="Maya", lastName="Ortiz")
    make_webhook(label="Ulla's", userId="US009")
    make_webhook(label="Maya's", userId="US010")

    assert listed(q=words) == ["Ulla&#x27;s"]


def test_search_finds_webhook_by_unknown_member_id(listed):
    make_webhook(label="Stray", userId="USgone")
    make_webhook(label="Other")

    assert listed(q="USgone") == ["Stray"]


@pytest.mark.parametrize("words", ["%", "_", "100%", "\\", "'"])
def test_search_treats_sql_wildcards_literally(listed, words):
    make_webhook(label="a\\_100%'b")
    make_webhook(label="plain")

    assert listed(q=words) == ["a\\_100%&#x27;b"]


def test_number_filter_includes_webhooks_on_all_numbers(viewer, listed):
    make_number(id="PN1", name="Front desk")
    make_webhook(label="Named", resourceIds=["PN1"])
    make_webhook(label="Star", resourceIds=["*"])
    make_webhook(label="Other", resourceIds=["PN2"])

    for requested in ({"number": "PN1"}, {"q": "front desk"}):
        assert set(listed(**requested)) == {"Named", "Star"}
        assert "Includes webhooks on all numbers" in text(viewer.get("/webhooks/", requested))
    assert listed(number="*") == ["Star"]
    assert "are among these" not in text(viewer.get("/webhooks/", {"number": "*"}))


@pytest.mark.parametrize(
    ("requested", "labels"),
    [
        ({"status": "enabled"}, {"One", "Clear"}),
        ({"status": "disabled"}, {"Off"}),
        ({"status": "missing"}, {"Past"}),
        ({"status": "paused"}, {"Odd"}),
        ({"event": DELIVERED}, {"Clear"}),
        ({"host": "clear.example"}, {"Clear"}),
        ({"host": "CLEAR.example"}, {"Clear"}),
        ({"scheme": "http"}, {"Clear"}),
        ({"status": "enabled", "host": "example.com"}, {"One"}),
        ({"status": "enabled", "q": "clear", "scheme": "http"}, {"Clear"}),
        ({"family": "messages"}, {"One", "Clear", "Off", "Past"}),
        ({"family": "calls", "event": "call.ringing"}, {"Odd"}),
        ({"member": "US9"}, {"Odd"}),
        ({"created_by": "here"}, {"One"}),
        ({"created_by": "none", "status": "enabled"}, {"Clear"}),
        ({"drift": "changed"}, {"Off"}),
        ({"drift": "in-sync"}, {"One", "Clear", "Past", "Odd"}),
        ({"finding": "plain-http"}, {"Clear"}),
        ({"page": "7", "sort": "x", "rows": "7"}, {"One", "Clear", "Off", "Past", "Odd"}),
    ],
)
def test_filters_select_matching_webhooks_and_combine(listed, requested, labels):
    record_creator(make_webhook(label="One"), by="olga")
    make_webhook(label="Clear", url="HTTP://clear.example/x", events=[DELIVERED])
    change(make_webhook(label="Off", status="disabled"), drift="changed", drift_since=NOON)
    make_webhook(
        label="Odd", status="paused", userId="US9", events=["call.ringing", "call.completed"]
    )
    gone(make_webhook(label="Past"))

    assert set(listed(**requested)) == labels


@pytest.mark.parametrize(
    "value", ["\0", "'; --", "<b>", "é" * 3000, "😀", "[", "%ff", "WH[%_", "PN%", "WH" + "a" * 300]
)
def test_unknown_filter_value_finds_nothing_and_is_shown(viewer, value):
    make_webhook()

    for name in ("q", *CONDITION_BUILDERS):
        response = viewer.get("/webhooks/", {name: value})

        assert response.status_code == 200
        assert "No webhooks match" in text(response), name
        assert "Clear" in text(response)
        assert viewer.get("/webhooks/facets/", {name: value}).status_code == 200


@pytest.mark.parametrize("name", ["sort", "rows", "counts", "after", "before", "everywhere"])
def test_invalid_display_parameters_are_ignored(viewer, listed, name):
    make_webhook(label="One")

    for value in ("\0", "'; --", "é" * 3000, "-", "-made-", "0", "1e9", "[]"):
        assert listed(**{name: value}) == ["One"]
        assert viewer.get("/webhooks/facets/", {name: value}).status_code == 200


def test_no_match_shows_the_search_and_links_to_clear_it(viewer):
    make_webhook()

    response = viewer.get("/webhooks/?q=zzz&status=disabled")

    assert "No webhooks match “zzz”." in text(response)
    assert "State: disabled" in text(response)
    page = response.content.decode()
    assert 'href="/webhooks/?status=disabled">Clear the search<' in page
    assert 'href="/webhooks/">Clear all filters<' in page


def test_search_keeps_the_filters(viewer):
    make_webhook()

    page = viewer.get("/webhooks/?host=example.com").content.decode()

    assert '<input type="hidden" name="host" value="example.com">' in page


def test_missing_webhook_stays_in_the_list(viewer):
    gone(make_webhook(label="Trial"))

    page = viewer.get("/webhooks/")

    assert '<tr class="past">' in page.content.decode()
    assert "Trial" in text(page)
    assert "Deleted" in text(page)


def test_search_shows_matching_numbers_above_the_webhooks(viewer):
    for n in range(7):
        make_number(id=f"PN{n}", name=f"Reno {n}", number=f"+1775555010{n}")
    make_webhook(label="Reno archive")

    page = viewer.get("/webhooks/?q=reno")

    words = text(page)
    assert words.index("Reno 0 (775) 555-0100") < words.index("Reno archive")
    assert 'href="/numbers/PN4/"' in page.content.decode()
    assert 'href="/numbers/PN5/"' not in page.content.decode()
    assert 'href="/numbers/?q=reno">Show all matching numbers' in page.content.decode()
    assert "Reno 6" in text(viewer.get("/webhooks/?q=775+555+0106"))
    assert "Show all matching" not in text(viewer.get("/webhooks/?q=archive"))


# How fresh it is


def test_page_shows_age_and_failed_member_lists(viewer):
    make_member(id="US5", firstName="Sam", lastName="Beaulieu")
    make_webhook(label="Fresh", userId="US4")
    make_webhook(label="Old", userId="US5")
    make_webhook(label="Nobody's", userId=None)
    gone(make_webhook(label="Past", userId="US5"))
    sync(read=["US4"], failed={"US5": "Forbidden"})

    page = viewer.get("/webhooks/")

    words = text(page).replace(" .", ".").replace(" :", ":")
    assert (
        "Last synced 6 min ago. Sam Beaulieu’s webhooks were last read 3 h ago: Forbidden." in words
    )
    assert "created in the Quo app are not visible" in words
    stale = {row.label for row in page.context["rows"] if row.states[0].mark == "stale"}
    assert stale == {"Old", "Nobody's"}
    assert page.content.decode().count('class="state ok"') == 1
    assert page.content.decode().count('class="state stale"') == 2


def test_list_of_failed_members_is_truncated(viewer):
    make_webhook()
    sync(read=[], failed={f"US{n}": "Forbidden." for n in range(100)})

    words = text(viewer.get("/webhooks/"))

    assert "The last sync, 6 min ago , failed." in words
    assert words.count("Forbidden") == 3
    assert "Also affected: 97 more members." in words


def test_page_shows_not_synced_before_the_first_sync(viewer):
    make_webhook()

    assert "Not synced with Quo yet." in text(viewer.get("/webhooks/"))


@pytest.mark.parametrize(
    ("drift", "words"),
    [
        ("not-created-here", "Not created here"),
        ("changed", "Changed at Quo"),
        ("key-changed", "Key changed"),
    ],
)
def test_drift_is_shown_below_the_state(viewer, drift, words):
    change(make_webhook(), drift=drift, drift_since=NOON)

    assert f"Enabled {words}" in text(viewer.get("/webhooks/"))


def test_first_sync_has_one_banner_and_later_webhooks_are_marked(viewer, operator):
    sync(read=["US4"], failed={}, counts={"webhooks": 2, "not created here": 2})
    first = Sync.objects.get()
    for label in ("Old", "Older"):
        change(make_webhook(label=label), drift="not-created-here", drift_since=first.ended_at)
    later = first.ended_at + timedelta(hours=1)
    change(make_webhook(label="New"), drift="not-created-here", drift_since=later)

    page = viewer.get("/webhooks/")

    assert "2 webhooks existed before Quo Admin" in text(page)
    assert text(page).count("Not created here") == 2  # in the banner and on the new row
    assert {row.label: len(row.states) for row in page.context["rows"]} == {
        "New": 2,
        "Old": 1,
        "Older": 1,
    }
    assert "existed before" not in text(viewer.get("/webhooks/?drift=not-created-here"))
    Webhook.objects.exclude(label="New").update(drift="", drift_since=None)
    assert "existed before" not in text(viewer.get("/webhooks/"))


def test_row_shows_two_states_and_a_count_of_the_others(viewer):
    make_webhook(url="http://localhost/in", resourceIds=["*"])
    change(
        make_webhook(url="http://localhost/other", resourceIds=["*"]),
        drift="changed",
        drift_since=NOON,
    )

    rows = viewer.get("/webhooks/?counts=1").context["rows"]

    for row in rows:
        assert len(row.states) + len(row.findings_shown) == 2
        assert len(row.findings_hidden) >= 2
        assert "Unreachable" in row.hidden_labels


# What it costs


# Session, person, two of permissions, the batch that runs; then rows, last sync, stale lists,
# first sync, numbers, members
QUERIES = {
    "/webhooks/": 11,
    "/webhooks/?rows=100&sort=label": 11,
    "/webhooks/?status=enabled&host=example.com": 12,  # whether few are at the host
    "/webhooks/?event=message.received": 13,  # sets of events, whether few
    "/webhooks/?q=support+desk": 15,  # members and numbers called so, twice, whether few
    "/webhooks/?q=example.com": 14,  # whether it is a host, whether few, numbers called so
    "/webhooks/?number=PN1": 13,  # whether few, and its name
}


def test_query_count_of_list_is_constant_without_count_queries(viewer, django_assert_num_queries):
    make_number(id="PN1")
    make_member()
    make_webhook()
    sync(read=["US4kQm81"], failed={})
    viewer.get("/webhooks/")
    for _ in range(2):
        for address, queries in QUERIES.items():
            with django_assert_num_queries(queries) as requested:
                viewer.get(address)
            ours = [query["sql"] for query in requested if "batches_batch" not in query["sql"]]
            assert not any("COUNT(" in sql for sql in ours)
        make_webhooks([{}] * 119)


def test_query_count_of_lazy_parts_is_constant(viewer, django_assert_max_num_queries):
    make_number(id="PN1")
    make_webhook()
    viewer.get("/webhooks/")

    def costs():
        for address in ("/webhooks/facets/", "/webhooks/states/"):
            with django_assert_max_num_queries(60) as requested:
                viewer.get(address)
            yield len(requested)

    before = list(costs())
    make_webhooks([{}] * 119)

    assert list(costs()) == before
