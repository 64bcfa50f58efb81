"""Key access, and whose seeing no longer counts."""

import re
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.audit.triggers import temporarily_dropped
from quo_admin.webhooks.changes import changing
from quo_admin.webhooks.keys import access, access_pages
from quo_admin.webhooks.keys.services.reveal import create_one_time_link
from quo_admin.webhooks.models import Webhook
from tests.factories import NOON, make_webhook
from tests.words import text

pytestmark = pytest.mark.django_db
PAGE = "/webhooks/access/"


@pytest.fixture
def desk():
    return make_webhook(id="WHdesk", label="Desk", key="the key of the desk")


def see(webhook, name, *, copied=False):
    """Let a person see the key, as the page does."""
    user, _ = User.objects.get_or_create(username=name)
    webhook.refresh_from_db()
    create_one_time_link(actor=name, staff_id=user.pk, webhook=webhook, copied=copied)


def leave(name, *, deleted=False):
    user = User.objects.get(username=name)
    if deleted:
        user.delete()
    else:
        user.is_active = False
        user.save()


def disappear(webhook):
    """Let a webhook be missing at Quo, as a sync finds it."""
    with changing() as change:
        change.add(webhook.pk)
        Webhook.objects.filter(pk=webhook.pk).update(missing_since=NOON)


def key_section(browser, webhook):
    page = browser.get(webhook.get_absolute_url()).content.decode()
    section = page[page.index('id="hand-over"') :]
    words = re.sub(r"<[^>]+>", " ", section[: section.index("</section>")])
    return re.sub(r"\s+", " ", words)


# On the webhook's page


def test_unrevealed_key_shows_an_empty_state(viewer, desk):
    assert "Signs every delivery. Seen by nobody." in key_section(viewer, desk)


def test_key_section_lists_the_people_who_saw_the_key(viewer, desk):
    for name in ("olga", "olga", "bob"):
        see(desk, name)
    see(desk, "bob", copied=True)
    see(make_webhook(key="another key"), "zed")

    words = key_section(viewer, desk)

    assert "Signs every delivery. Seen by 2 people." in words
    assert "olga shown 2 times, just now" in words
    assert "bob shown and copied 2 times" in words
    assert "zed" not in words


def test_repeated_views_show_first_and_last_time(viewer, desk):
    see(desk, "olga")
    see(desk, "olga")
    first = Entry.objects.filter(action=Action.KEY_REVEALED).order_by("number").first()
    with temporarily_dropped():
        Entry.objects.filter(pk=first.pk).update(at="2026-01-02T03:04:05.000000Z")

    assert re.search(
        r"olga shown 2 times, first 2 Jan( 2026)? , last just now", key_section(viewer, desk)
    )


def test_each_username_counts_as_one_person(viewer, desk):
    see(desk, "olga", copied=True)

    words = key_section(viewer, desk)

    assert "Seen by 1 person." in words
    assert "olga copied without showing just now" in words


def test_views_of_a_previous_key_do_not_count_for_the_new_key(viewer, desk):
    see(desk, "olga")
    make_webhook(id="WHdesk", label="Desk", key="a new key")

    assert "Seen by nobody." in key_section(viewer, desk)
    assert not any(part.exists() for part in access.current_access())


def test_former_users_are_marked_on_the_webhook_page(viewer, desk):
    see(desk, "olga")
    leave("olga")

    assert "olga , former user" in key_section(viewer, desk)


def test_names_require_the_audit_log_permission(signed_in, desk):
    see(desk, "olga")
    browser = signed_in(None, "nora")
    browser.user.user_permissions.add(Permission.objects.get(codename="view_webhook"))

    words = key_section(browser, desk)

    assert "Seen by 1 person." in words
    assert "olga" not in words
    assert browser.get(PAGE).status_code == 403


def test_missing_key_has_no_access_history(viewer):
    webhook = make_webhook(key=None)

    assert "Signs every delivery. Fingerprint Not returned by Quo" in key_section(viewer, webhook)
    assert access.seen_by(webhook) == []


# By person


def test_page_lists_current_keys_by_person(viewer, desk):
    gone = make_webhook(label="Past", key="a key of the past")
    for webhook in (desk, gone):
        see(webhook, "olga")
    disappear(gone)

    words = text(viewer.get(PAGE))

    assert "1 to 1 of 1, former users first" in words
    assert "olga" in words
    assert "Desk" in words
    assert "Past" not in words
    assert "Has left" not in words
    assert "create another webhook" not in words


@pytest.mark.parametrize(
    ("deleted", "said"), [(False, "account inactive"), (True, "account deleted")]
)
def test_former_users_are_listed_first_with_instructions(viewer, desk, deleted, said):
    see(desk, "ada")
    see(desk, "zoe")
    leave("zoe", deleted=deleted)

    response = viewer.get(PAGE)

    words = text(response)
    assert f"zoe Left: {said}" in words
    assert [name for name, *_ in response.context["people"]] == ["zoe", "ada"]
    assert "1 current key was seen by former users" in words
    assert "create a copy of the webhook, hand over the new key" in words


def test_key_seen_by_two_former_users_is_counted_once(viewer, desk):
    for name in ("yan", "zoe"):
        see(desk, name)
        leave(name)

    assert "1 current key was seen" in text(viewer.get(PAGE))


def test_reactivated_user_is_not_a_former_user(viewer, desk):
    see(desk, "zoe")
    leave("zoe", deleted=True)
    User.objects.create_user("zoe")

    words = text(viewer.get(PAGE))
    assert "zoe" in words
    assert "former users first" in words
    assert "seen by former users" not in words


def test_only_current_keys_seen_by_former_users_are_counted(desk):
    past = make_webhook(key="a key of the past")
    for webhook in (desk, desk, past):
        see(webhook, "zoe")
    see(desk, "zoe", copied=True)
    see(desk, "olga")
    leave("zoe")

    assert access.count_seen_by_former_users() == 2
    assert access.count_seen_by_former_users("zoe") == 2
    assert access.count_seen_by_former_users("olga") == 0
    disappear(past)
    assert access.count_seen_by_former_users() == 1
    make_webhook(id="WHdesk", key="a new key")
    assert access.count_seen_by_former_users() == 0


def test_person_with_several_keys_lists_the_latest_first(viewer, desk):
    other = make_webhook(id="WHaaa", label="Other", key="another key")
    for webhook in (other, desk):
        see(webhook, "ada")

    words = text(viewer.get(PAGE))

    assert words.index("Desk") < words.index("Other")


def test_query_parameter_filters_by_person(viewer, desk):
    for name in ("ada", "bob"):
        see(desk, name)

    words = text(viewer.get(f"{PAGE}?person=bob"))

    assert "Person: bob" in words
    assert "1 to 1 of 1" in words
    assert "ada" not in words


@pytest.mark.parametrize("name", ["nobody", "\0", "x" * 3000, "a&b=c", "<b>"])
def test_unknown_person_page_links_back(viewer, desk, name):
    see(desk, "ada")

    response = viewer.get(PAGE, {"person": name})

    assert "Show everyone" in text(response)


def test_unusual_names_are_linked_correctly(viewer, desk):
    name = "o'hara&sons+x@example.com"
    see(desk, name)

    page = viewer.get(PAGE).content.decode()

    assert f"?person={quote(name)}" in page
    assert text(viewer.get(f"{PAGE}?person={quote(name)}")).count("Desk") == 1


def test_page_without_key_views_shows_an_empty_state(viewer):
    assert "Nobody has seen a current key." in text(viewer.get(PAGE))


def test_long_list_is_paginated(viewer, desk, monkeypatch):
    monkeypatch.setattr(access_pages, "ROWS", 2)
    for name in ("ada", "bob", "zoe"):
        see(desk, name)
    leave("zoe")

    first, second = viewer.get(PAGE), viewer.get(f"{PAGE}?page=2")

    assert "1 to 2 of 3" in text(first)
    assert [name for name, *_ in first.context["people"]] == ["zoe", "ada"]
    assert [name for name, *_ in second.context["people"]] == ["bob"]
    assert "3 to 3 of 3" in text(second)
    assert "3 to 3 of 3" in text(viewer.get(f"{PAGE}?page=99999999999999999999"))
    assert "1 to 2 of 3" in text(viewer.get(f"{PAGE}?page=odd"))


def test_rows_are_counted_up_to_a_limit_and_all_pages_can_be_reached(viewer, desk, monkeypatch):
    monkeypatch.setattr(access_pages, "ROWS", 1)
    monkeypatch.setattr(access_pages, "COUNTED", 2)
    for name in ("ada", "bob", "cem", "dan"):
        see(desk, name)

    first, third, last = (text(viewer.get(f"{PAGE}?page={number}")) for number in (1, 3, 4))

    assert "1 to 1 of more than 2" in first
    assert "Page 1 Previous" in first
    assert "3 to 3 of 4" in third
    assert "4 to 4 of 4" in last
    assert "Page 4 of 4" in last


def test_list_is_read_in_the_order_of_an_index(desk):
    see(desk, "ada")
    for part in access.current_access():
        plan = part[:100].explain() if connection.vendor == "sqlite" else "entry_by_key"
        assert "entry_by_key" in plan
        assert "TEMP B-TREE" not in plan


def test_query_count_is_constant(viewer, desk, django_assert_num_queries):
    see(desk, "ada")
    with django_assert_num_queries(COST):
        viewer.get(PAGE)

    for number in range(12):
        see(make_webhook(key=f"key {number}"), f"person{number % 4}")

    with django_assert_num_queries(COST):
        viewer.get(PAGE)


COST = 11


def test_tampered_audit_entry_does_not_break_the_page(viewer, desk):
    see(desk, "olga")
    with temporarily_dropped():
        Entry.objects.filter(action="key.revealed").update(at="no time")

    assert "Desk" in text(viewer.get(PAGE))


def test_other_actions_on_a_webhook_do_not_count_as_key_views(viewer, desk):
    values = f"fingerprint {desk.key_fingerprint[:4]}-{desk.key_fingerprint[4:]}"
    audit.record(actor="eve", action=Action.KEY_CHECKED, target="WHdesk", after=values)

    assert "Seen by nobody." in key_section(viewer, desk)
