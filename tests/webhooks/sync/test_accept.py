"""What a sync found to differ: said on the webhook's page, and accepted there or all at once."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.webhooks.models import MemberList, Webhook
from quo_admin.webhooks.sync import accept as services
from quo_admin.workspace.models import Sync
from tests.factories import NOON, make_member, make_webhook
from tests.words import markup, text

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def drifted(kind, values=(), at=NOON, **changes):
    webhook = make_webhook(**changes)
    gone = {"missing_since": at} if kind == "missing" else {}
    Webhook.objects.filter(pk=webhook.pk).update(
        drift=kind, drift_since=at, drift_details=list(values), **gone
    )
    webhook.refresh_from_db()
    return webhook


def page(browser, webhook):
    return browser.get(webhook.get_absolute_url())


def press(browser, webhook, seen=None):
    seen = webhook.drift_since.isoformat() if seen is None else seen
    return browser.post(f"{webhook.get_absolute_url()}accept/", {"seen": seen}, follow=True)


def accepted():
    return Entry.objects.filter(action=Action.DRIFT_ACCEPTED).count()


def test_webhook_in_sync_says_when_it_was_last_heard_of(viewer):
    words = text(page(viewer, make_webhook()))

    assert "In sync" in words
    assert "Accept" not in words


@pytest.mark.parametrize(
    ("kind", "page_text", "what_to_do"),
    [
        ("not-created-here", "Not created here", "If you know what it is for, accept it."),
        ("changed", "Changed at Quo, found", "Somebody changed this webhook outside Quo Admin"),
        ("key-changed", "Key changed at Quo, found", "Hand it over"),
        ("missing", "Missing at Quo since", "create a copy"),
    ],
)
def test_each_kind_says_what_it_means_and_what_to_do(operator, kind, page_text, what_to_do):
    words = text(page(operator, drifted(kind)))

    assert page_text in words
    assert what_to_do in words
    assert "Accept changes" in words
    assert "In sync" not in words
    assert "Gone since" not in words


def test_page_says_what_was_and_what_is(viewer):
    values = [
        ["label", "Desk", "Front desk"],
        ["status", "", "paused"],
        ["key", "5c795c6c", "aabbccdd"],
    ]

    response = page(viewer, drifted("changed", values))

    html = response.content.decode()
    assert "Label: <del>Desk</del> <ins>Front desk</ins>" in html
    assert "Status: <del>empty</del> <ins>paused</ins>" in html
    assert "Key: <del>5c79-5c6c</del> <ins>aabb-ccdd</ins>" in html
    assert "Only Operators can accept changes." in text(response)


def test_found_webhook_names_the_member_to_ask(viewer):
    make_member()

    assert "ask Maya Ortiz, its member in Quo" in text(page(viewer, drifted("not-created-here")))


def test_button_accepts_quos_version_and_the_audit_log_records_the_user(operator):
    webhook = drifted("changed", [["label", "Desk", "Front desk"]])

    words = text(press(operator, webhook))

    assert "Changes accepted. The webhook is in sync." in words
    assert "Accept changes" not in words
    entry = Entry.objects.get(action=Action.DRIFT_ACCEPTED)
    assert (entry.actor, entry.target, entry.before) == ("olga", webhook.quo_id, "Changed at Quo")


def test_accept_button_carries_the_time_of_its_page(operator):
    webhook = drifted("changed", at=NOON.replace(microsecond=123456))

    assert (
        'name="seen" value="2026-11-22T12:00:00.123456+00:00"'
        in page(operator, webhook).content.decode()
    )


def test_what_changed_again_meanwhile_is_not_accepted_unseen(operator):
    webhook = drifted("changed")
    Webhook.objects.update(drift_since=LATER)

    assert "Nothing was accepted, because the webhook changed again" in text(
        press(operator, webhook)
    )
    assert accepted() == 0


def test_second_press_says_that_there_is_nothing_left(operator):
    webhook = drifted("changed")
    press(operator, webhook)

    assert "There is nothing left to accept." in text(press(operator, webhook))
    assert accepted() == 1


@pytest.mark.parametrize("seen", ["", "x", "\0", "9999-99-99"])
def test_press_without_a_moment_accepts_nothing(operator, seen):
    press(operator, drifted("changed"), seen)

    assert accepted() == 0


# All of one kind


def press_all(browser, kind="not-created-here", before=None):
    before = (before or NOON).isoformat()
    return browser.post("/webhooks/accept/", {"kind": kind, "before": before}, follow=True)


def test_all_of_one_kind_are_accepted_and_no_other(operator):
    for _ in range(3):
        drifted("not-created-here")
    other = drifted("changed")

    response = press_all(operator)

    assert "Changes accepted for 3 webhooks." in text(response)
    assert response.redirect_chain[0][0] == "/webhooks/?drift=not-created-here"
    assert list(Webhook.objects.exclude(drift="")) == [other]
    assert accepted() == 3


def test_button_for_all_bears_the_moment_of_the_last_that_was_counted(operator):
    drifted("not-created-here")
    drifted("not-created-here", at=LATER.replace(microsecond=123456))

    html = operator.get("/webhooks/accept/?kind=not-created-here").content.decode()

    assert 'name="before" value="2026-11-22T13:00:00.123456+00:00"' in html


def test_list_filtered_by_drift_has_the_button_which_says_how_many_and_does_it(operator, viewer):
    for _ in range(2):
        drifted("not-created-here", url="https://other.example/")
    drifted("changed")

    html = markup(operator.get("/webhooks/?drift=not-created-here"))
    page = operator.get(re.search(r'href="(/webhooks/accept/[^"]*)"', html)[1])
    fields = dict(re.findall(r'name="(kind|before)" value="([^"]+)"', page.content.decode()))
    operator.post("/webhooks/accept/", fields)

    assert "Accept all 2 not created here" in html
    assert "Accept 2 webhooks not created here?" in text(page)
    assert accepted() == 2
    assert "Accept" not in text(viewer.get("/webhooks/?drift=changed"))


def test_nothing_is_accepted_by_following_a_link(operator):
    webhook = drifted("not-created-here")

    assert operator.get("/webhooks/accept/").status_code == 302
    assert operator.get("/webhooks/accept/?kind=not-created-here").status_code == 200
    assert operator.get(f"{webhook.get_absolute_url()}accept/").status_code == 302
    assert accepted() == 0


def test_what_was_marked_after_the_page_was_made_stays(operator):
    drifted("not-created-here")
    later = drifted("not-created-here", at=LATER)

    press_all(operator)

    assert list(Webhook.objects.exclude(drift="")) == [later]


def test_many_are_accepted_in_chunks_and_as_far_as_there_is_time(monkeypatch, operator):
    monkeypatch.setattr(services, "AT_ONCE", 2)
    for _ in range(5):
        drifted("not-created-here")

    assert services.accept_all(actor="olga", kind="not-created-here", before=NOON, while_s=0) == 0
    assert services.accept_all(actor="olga", kind="not-created-here", before=NOON) == 5


def test_keys_that_were_not_tried_in_time_are_reported(operator, monkeypatch):
    drifted("not-created-here")
    monkeypatch.setattr("quo_admin.webhooks.sync.views.accept_all_of", lambda **kwargs: 0)

    assert "1 more are left. Accept them again." in text(press_all(operator))


@pytest.mark.parametrize(
    "posted", [{}, {"kind": "x", "before": "2026-11-22T12:00:00Z"}, {"kind": "not-created-here"}]
)
def test_press_that_names_no_kind_or_moment_accepts_nothing(operator, posted):
    drifted("not-created-here")

    operator.post("/webhooks/accept/", posted)

    assert accepted() == 0


def test_viewer_may_accept_nothing(viewer):
    webhook = drifted("not-created-here")

    assert press(viewer, webhook).status_code == 403
    assert press_all(viewer).status_code == 403
    assert accepted() == 0


# Stale


@pytest.fixture
def unread():
    """The last sync could not read the list of the member who has every webhook here."""
    now = timezone.now()
    Sync.objects.create(started_at=now, ended_at=now, actor="worker", counts={"webhooks": 1})
    MemberList.objects.create(
        member_id="US4kQm81",
        requested_at=now,
        read_at=now - timedelta(days=2),
        failure="Forbidden (trace 7)",
    )


def test_stale_webhook_says_since_when_and_why_and_is_never_green(viewer, unread):
    response = page(viewer, make_webhook())

    words = text(response)
    assert "Not checked since" in words
    assert ": Forbidden (trace 7)" in words
    assert "Enabled when last read" in words
    assert "In sync" not in words
    title = response.content.decode().split('<p class="row">')[1].split("</p>")[0]
    assert '<span class="state ok">' not in title


def test_webhook_of_another_member_is_not_stale(viewer, unread):
    assert "Not checked" not in text(page(viewer, make_webhook(userId="USother")))


def test_webhook_without_a_member_is_stale_when_any_list_failed(viewer, unread):
    assert "Not checked since" in text(page(viewer, make_webhook(userId=None)))


def test_list_that_was_read_is_not_stale(viewer, unread):
    MemberList.objects.update(read_at=timezone.now(), failure="")

    assert "Not checked" not in text(page(viewer, make_webhook()))
