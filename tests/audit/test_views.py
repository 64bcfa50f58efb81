import html
import re
import time

import pytest
from django.db import connection
from django.urls import reverse

from quo_admin.audit import filter_choices, links, pagination, search, triggers
from quo_admin.audit.actions import Action
from quo_admin.audit.links import page_of
from quo_admin.audit.models import Entry
from quo_admin.audit.services import record
from tests.words import markup, text

AUDIT_LOG = "/audit/"


def numbers(answer):
    return [entry.number for entry in answer.context["page"].entries]


def fill(count):
    for number in range(count):
        record(actor="ada", action=Action.KEY_REVEALED, target=f"WH{number}")


def link(answer, rel):
    found = re.search(f'href="([^"]*)" rel="{rel}"', answer.content.decode())
    return found and html.unescape(found[1])


def test_signed_out_user_is_redirected_to_sign_in(client, db):
    answer = client.get(AUDIT_LOG)

    assert answer["Location"] == f"{reverse('account_login')}?next=/audit/"


def test_user_without_the_permission_gets_403(signed_in):
    assert signed_in(None).get(AUDIT_LOG).status_code == 403


def test_audit_log_page_rejects_post_requests(viewer):
    assert viewer.post(AUDIT_LOG).status_code == 405


def test_newest_entry_is_first_with_actor_action_object_and_change(viewer):
    record(actor="ada", action=Action.WEBHOOK_CREATED, target="WH1", label="<Support>", after="x")

    page = viewer.get(AUDIT_LOG).content.decode()

    assert numbers(viewer.get(AUDIT_LOG))[0] == Entry.objects.head().number
    for words in ("ada", "Webhook created", "&lt;Support&gt;", "WH1"):
        assert words in page


def test_failed_sign_in_is_marked_with_a_state(viewer):
    record(actor="", action=Action.SIGN_IN_FAILED)

    page = viewer.get(AUDIT_LOG).content.decode()

    assert '<span class="state bad">Sign-in failed</span>' in page
    assert "Not signed in" in page


def test_chain_head_can_be_copied(viewer):
    assert f'data-copy="{Entry.objects.head()}"' in viewer.get(AUDIT_LOG).content.decode()


def test_older_and_newer_links_page_through_the_entire_log(viewer):
    fill(120)
    pages, address = [], AUDIT_LOG
    while address:
        pages.append(answer := viewer.get(address))
        address = link(answer, "next")

    seen = [number for page in pages for number in numbers(page)]
    assert seen == list(range(Entry.objects.head().number, 0, -1))
    back = viewer.get(link(pages[-1], "prev"))
    assert numbers(back) == numbers(pages[-2])
    assert link(pages[0], "prev") is None


@pytest.mark.parametrize("before", ["x", "-1", "9" * 5000, "1.5", "٣"])
def test_invalid_before_parameter_returns_404(viewer, before):
    assert viewer.get(AUDIT_LOG, {"before": before}).status_code == 404


def test_unknown_action_is_shown_unchanged(viewer):
    entry = Entry.objects.newest_first().first()
    entry.action = "kitten.fed"

    assert (entry.act, entry.mark) == ("kitten.fed", "")


def test_page_has_a_constant_number_of_queries(viewer, django_assert_num_queries):
    viewer.get(AUDIT_LOG)
    for _ in range(2):
        # session, person, two of permissions, batch; head, which ones, they, verified, everybody
        with django_assert_num_queries(10):
            viewer.get(AUDIT_LOG)
        fill(60)


# Filters


def shown(browser, **requested):
    """What each entry was done to, on the page that is asked for."""
    return [entry.target for entry in browser.get(AUDIT_LOG, requested).context["page"].entries]


def test_entries_are_filtered_by_person_action_and_object(viewer):
    record(actor="grace", action=Action.KEY_CHECKED, target="WHgrace")
    record(actor="ada", action=Action.KEY_CHECKED, target="WHada")
    record(actor="grace", action=Action.WEBHOOK_CREATED, target="WHother")

    assert shown(viewer, person="grace") == ["WHother", "WHgrace"]
    assert shown(viewer, act="key.checked") == ["WHada", "WHgrace"]
    assert shown(viewer, person="grace", act="key.checked") == ["WHgrace"]
    assert shown(viewer, object="WHada") == ["WHada"]
    assert shown(viewer, object="WHad") == []


def test_entries_without_a_signed_in_user_can_be_filtered(viewer):
    record(actor="", action=Action.SIGN_IN_FAILED, target="somebody")

    page = viewer.get(AUDIT_LOG, {"person": "not signed in"})

    assert [entry.actor for entry in page.context["page"].entries] == [""]
    assert '<option value="not signed in" selected>' in page.content.decode()


@pytest.mark.parametrize(
    "words", ["front de", "FRONT", "PNq1", "hooks.acme", "415-555-0134", "(415) 555-0134", "WHfr"]
)
def test_search_finds_labels_ids_hosts_and_numbers(viewer, words):
    record(actor="ada", action=Action.KEY_CHECKED, target="WHother", label="Sales")
    record(
        actor="ada",
        action=Action.WEBHOOK_CREATED,
        target="WHfront",
        label="Front desk",
        after="message.received of PNq1, +14155550134 to https://hooks.acme.example",
    )

    assert shown(viewer, q=words) == ["WHfront"]


def test_search_finds_an_entry_by_number_and_request_id(viewer):
    entry = record(actor="ada", action=Action.KEY_CHECKED, target="WHone")
    theirs = viewer.get(AUDIT_LOG)["X-Request-ID"]
    viewer.post("/audit/verify/", follow=True)

    assert "WHone" in shown(viewer, q=str(entry.number))
    assert shown(viewer, q=theirs) == []
    requested = Entry.objects.head().number
    request = Entry.objects.get(number=requested).request_id
    assert shown(viewer, q=request) == ["audit log"]


def test_date_filters_use_utc_and_are_inclusive(viewer, empty_audit_log):
    with triggers.temporarily_dropped():
        for at in ("21T23:59:59.999999", "22T00:00:00.000000", "23T23:59:59.999999", "24T00:00:00"):
            entry = record(actor="ada", action=Action.KEY_CHECKED, target=at[:11])
            Entry.objects.filter(pk=entry.pk).update(at=f"2026-11-{at}Z")

    assert shown(viewer, since="2026-11-22", until="2026-11-23") == ["23T23:59:59", "22T00:00:00"]
    assert shown(viewer, since="2026-11-24") == ["24T00:00:00"]
    assert shown(viewer, until="2026-11-21") == ["21T23:59:59"]
    assert shown(viewer, since="2027-01-01") == []


def test_date_filters_include_entries_with_out_of_order_times(viewer, empty_audit_log):
    with triggers.temporarily_dropped():
        for at in ("22T12:00:00", "21T23:00:00", "22T13:00:00"):
            entry = record(actor="ada", action=Action.KEY_CHECKED, target=at)
            Entry.objects.filter(pk=entry.pk).update(at=f"2026-11-{at}.000000Z")

    assert shown(viewer, since="2026-11-22") == ["22T13:00:00", "22T12:00:00"]
    assert shown(viewer, until="2026-11-21") == ["21T23:00:00"]


def test_filter_chip_removes_its_filter_and_keeps_the_others(viewer):
    page = viewer.get(
        AUDIT_LOG, {"q": "desk", "person": "grace", "since": "2026-11-16", "rows": "25"}
    )

    chips = {chip["words"]: chip["address"] for chip in page.context["chips"]}
    assert list(chips) == ["“desk”", "Person: grace", "Since 16 Nov 2026"]
    assert chips["Person: grace"] == "/audit/?q=desk&since=2026-11-16&rows=25"


def test_page_without_matches_lists_the_filters_and_links_to_clear_them(viewer):
    page = viewer.get(AUDIT_LOG, {"q": "nothing like it", "person": "grace"})

    words = text(page)
    assert "No entries match." in words
    assert "“nothing like it”, Person: grace" in words
    assert 'href="/audit/?person=grace">Clear the search</a>' in page.content.decode()


@pytest.mark.parametrize("day", ["2026-13-45", "yesterday", "20261122", "2026-W48-1", "0001-01-01"])
def test_invalid_date_gives_an_error_and_stays_in_its_field(viewer, day):
    page = viewer.get(AUDIT_LOG, {"since": day, "until": "9999-12-31"})

    assert page.context["filters"].wrong.keys() == {"since", "until"}
    assert f'type="text" value="{day}" aria-invalid="true"' in markup(page)
    assert "Nothing was searched." in text(page)


def test_reversed_dates_give_an_error(viewer):
    page = viewer.get(AUDIT_LOG, {"since": "2026-11-22", "until": "2026-11-21"})

    assert "Enter a date on or after the first one." in text(page)


@pytest.mark.parametrize("field", ["q", "person", "act", "since", "until", "object"])
@pytest.mark.parametrize("odd", ["\x00", "x" * 3000, "'\"<b>%_\\", "\ud800", "٣", "９"])
def test_invalid_filter_input_shows_an_empty_page(viewer, field, odd):
    page = viewer.get(AUDIT_LOG, {field: odd.encode("utf-8", "surrogatepass")})

    assert page.status_code == 200
    assert page.context["page"].entries == []
    assert "<b>%" not in page.content.decode()


def test_long_value_gives_an_error_and_stays_in_its_field(viewer):
    page = viewer.get(AUDIT_LOG, {"q": "x" * 3000})

    assert "Enter at most 255 characters." in text(page)
    assert f'value="{"x" * 3000}"' in page.content.decode()


def test_object_filter_that_is_too_long_gives_an_error_above_the_form(viewer):
    words = text(viewer.get(AUDIT_LOG, {"object": "x" * 300}))

    assert "Object: Enter at most 255 characters." in words
    assert "marked above" not in words


@pytest.mark.parametrize(("rows", "count"), [("25", 25), ("", 50), ("100", 100), ("7", 50)])
def test_page_has_the_selected_number_of_rows(viewer, rows, count):
    fill(120)

    assert len(shown(viewer, rows=rows)) == count


def test_filters_and_rows_are_kept_while_paging(viewer):
    fill(60)
    record(actor="grace", action=Action.KEY_CHECKED)

    first = viewer.get(AUDIT_LOG, {"person": "ada", "rows": "25"})
    second = viewer.get(link(first, "next"))

    assert "1 to 25 of 60" in text(first).replace(",", "")
    assert "26 to 50 of 60" in text(second)
    assert {entry.actor for entry in second.context["page"].entries} == {"ada"}
    back = viewer.get(link(second, "prev"))
    assert numbers(back) == numbers(first)


def test_count_above_the_limit_is_shown_as_more_than_the_limit(viewer, monkeypatch):
    monkeypatch.setattr(pagination, "COUNTED", 60)
    fill(130)

    answers = [viewer.get(AUDIT_LOG, {"person": "ada"})]
    for _ in range(2):
        answers.append(viewer.get(link(answers[-1], "next")))

    places = [answer.context["page"].place for answer in answers]
    assert places == ["1 to 50 of more than 60", "50 of more than 60", "30 of more than 60"]


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("", 0),
        ("WH", 1),  # the newest number
        # whether there is an index, how many match filters and words, the first and last of both
        ("WH1", 7 if connection.vendor == "sqlite" else 0),
    ],
)
def test_filtered_page_has_a_constant_number_of_queries(
    viewer, django_assert_max_num_queries, monkeypatch, words, more
):
    monkeypatch.setattr(search, "FEW", 0)
    for count in (60, 200):
        fill(count)
        middle = Entry.objects.head().number - 20
        requested = {"q": words, "person": "ada", "since": "2026-01-01", "before": middle}
        with django_assert_max_num_queries(11 + more):  # one more: how many are newer
            viewer.get(AUDIT_LOG, requested)


# Objects


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("WHone", "/webhooks/WHone/"),
        ("attempt 12", "/webhooks/attempts/12/"),
        ("workspace", "/sync/"),
        ("numbers", "/numbers/"),
        ("PNone", "/numbers/PNone/"),
        ("audit log", "/audit/"),
        ("WH/../admin", ""),
        ("attempt twelve", ""),
        ("grace", ""),
        ("", ""),
    ],
)
def test_object_links_to_its_page_if_it_has_one(target, address):
    assert page_of(target) == address


def test_object_without_an_existing_page_has_no_link(monkeypatch):
    monkeypatch.setitem(links.PAGES, "kitten ([0-9]+)", "kittens:kitten")

    assert page_of("kitten 7") == ""


def test_object_links_to_its_filtered_audit_log(viewer):
    record(actor="ada", action=Action.KEY_CHECKED, target="WHone", label="Support")

    page = markup(viewer.get(AUDIT_LOG))

    assert '<a href="/webhooks/WHone/">Support</a>' in page
    assert 'href="/audit/?object=WHone"' in page


# Choices


def test_person_filter_lists_each_actor_once_sorted_by_name(empty_audit_log):
    for actor in ("zoe", "Ada", "", "worker", "Ada", "zoe"):
        record(actor=actor, action=Action.SIGNED_IN)

    assert filter_choices.actor_names() == ["Ada", "not signed in", "worker", "zoe"]
    assert filter_choices.actor_names("who left long ago")[2] == "who left long ago"


def test_action_filter_groups_every_action_by_kind():
    kinds = filter_choices.acts("kitten.fed")

    assert ("key.revealed", "Key revealed") in kinds["Keys"]
    assert sum(len(acts) for acts in kinds.values()) == len(Action) + 1
    assert kinds["Other"] == [("kitten.fed", "kitten.fed")]


def test_empty_audit_log_explains_what_appears_there(viewer):
    with triggers.temporarily_dropped():
        Entry.objects.all().delete()

    assert "No entries yet" in text(viewer.get(AUDIT_LOG))


def test_reading_the_audit_log_needs_no_recent_sign_in(viewer, monkeypatch):
    later = time.time() + 3600  # seconds; a sign-in is fresh for 15 minutes
    monkeypatch.setattr(time, "time", lambda: later)

    assert viewer.get(AUDIT_LOG).status_code == 200


def test_verify_page_says_what_the_chain_cannot_prove(viewer):
    page = " ".join(viewer.get("/audit/verify/").content.decode().split())

    assert "whoever can write to the database can add entries" in page
    assert "Each sync writes the head to the server log." in page
