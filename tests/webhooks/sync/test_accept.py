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


def post_accept(browser, webhook, seen=None):
    seen = webhook.drift_since.isoformat() if seen is None else seen
    return browser.post(f"{webhook.get_absolute_url()}accept/", {"seen": seen}, follow=True)


def accepted():
    return Entry.objects.filter(action=Action.DRIFT_ACCEPTED).count()


def test_webhook_in_sync_has_no_accept_button(viewer):
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
def test_each_drift_kind_shows_its_meaning_and_what_to_do(operator, kind, page_text, what_to_do):
    words = text(page(operator, drifted(kind)))

    assert page_text in words
    assert what_to_do in words
    assert "Accept changes" in words
    assert "In sync" not in words
    assert "Gone since" not in words


def test_page_shows_old_and_new_values(viewer):
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


def test_webhook_not_created_here_shows_the_member_to_contact(viewer):
    make_member()

    assert "ask Maya Ortiz, its member in Quo" in text(page(viewer, drifted("not-created-here")))


def test_button_accepts_quos_version_and_the_audit_log_records_the_user(operator):
    webhook = drifted("changed", [["label", "Desk", "Front desk"]])

    words = text(post_accept(operator, webhook))

    assert "Changes accepted. The webhook is in sync." in words
    assert "Accept changes" not in words
    entry = Entry.objects.get(action=Action.DRIFT_ACCEPTED)
    assert (entry.actor, entry.target, entry.before) == ("olga", webhook.quo_id, "Changed at Quo")


def test_accept_form_contains_the_time_of_the_drift(operator):
    webhook = drifted("changed", at=NOON.replace(microsecond=123456))

    assert (
        'name="seen" value="2026-11-22T12:00:00.123456+00:00"'
        in page(operator, webhook).content.decode()
    )


def test_newer_change_is_not_accepted_from_an_old_page(operator):
    webhook = drifted("changed")
    Webhook.objects.update(drift_since=LATER)

    assert "Nothing was accepted, because the webhook changed again" in text(
        post_accept(operator, webhook)
    )
    assert accepted() == 0


def test_second_accept_shows_that_nothing_is_left(operator):
    webhook = drifted("changed")
    post_accept(operator, webhook)

    assert "There is nothing left to accept." in text(post_accept(operator, webhook))
    assert accepted() == 1


@pytest.mark.parametrize("seen", ["", "x", "\0", "9999-99-99"])
def test_accept_without_a_valid_time_changes_nothing(operator, seen):
    post_accept(operator, drifted("changed"), seen)

    assert accepted() == 0


# All of one kind


def post_accept_all(browser, kind="not-created-here", before=None):
    before = (before or NOON).isoformat()
    return browser.post("/webhooks/accept/", {"kind": kind, "before": before}, follow=True)


def test_accept_all_accepts_only_the_given_kind(operator):
    for _ in range(3):
        drifted("not-created-here")
    other = drifted("changed")

    response = post_accept_all(operator)

    assert "Changes accepted for 3 webhooks." in text(response)
    assert response.redirect_chain[0][0] == "/webhooks/?drift=not-created-here"
    assert list(Webhook.objects.exclude(drift="")) == [other]
    assert accepted() == 3


def test_accept_all_form_contains_the_time_of_the_latest_drift(operator):
    drifted("not-created-here")
    drifted("not-created-here", at=LATER.replace(microsecond=123456))

    html = operator.get("/webhooks/accept/?kind=not-created-here").content.decode()

    assert 'name="before" value="2026-11-22T13:00:00.123456+00:00"' in html


def test_list_filtered_by_drift_can_be_accepted_in_full(operator, viewer):
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


def test_get_request_accepts_nothing(operator):
    webhook = drifted("not-created-here")

    assert operator.get("/webhooks/accept/").status_code == 302
    assert operator.get("/webhooks/accept/?kind=not-created-here").status_code == 200
    assert operator.get(f"{webhook.get_absolute_url()}accept/").status_code == 302
    assert accepted() == 0


def test_accept_all_ignores_drift_found_after_the_page_was_loaded(operator):
    drifted("not-created-here")
    later = drifted("not-created-here", at=LATER)

    post_accept_all(operator)

    assert list(Webhook.objects.exclude(drift="")) == [later]


def test_accept_all_works_in_chunks_within_the_time_limit(monkeypatch, operator):
    monkeypatch.setattr(services, "AT_ONCE", 2)
    for _ in range(5):
        drifted("not-created-here")

    assert services.accept_all(actor="olga", kind="not-created-here", before=NOON, budget_s=0) == 0
    assert services.accept_all(actor="olga", kind="not-created-here", before=NOON) == 5


def test_webhooks_left_by_the_time_limit_are_reported(operator, monkeypatch):
    drifted("not-created-here")
    monkeypatch.setattr("quo_admin.webhooks.sync.views.accept_all_of", lambda **kwargs: 0)

    assert "1 more are left. Accept them again." in text(post_accept_all(operator))


@pytest.mark.parametrize(
    "posted", [{}, {"kind": "x", "before": "2026-11-22T12:00:00Z"}, {"kind": "not-created-here"}]
)
def test_accept_all_without_valid_kind_or_time_changes_nothing(operator, posted):
    drifted("not-created-here")

    operator.post("/webhooks/accept/", posted)

    assert accepted() == 0


def test_viewer_cannot_accept(viewer):
    webhook = drifted("not-created-here")

    assert post_accept(viewer, webhook).status_code == 403
    assert post_accept_all(viewer).status_code == 403
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


def test_stale_webhook_shows_since_when_and_why(viewer, unread):
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


def test_webhook_of_a_synced_list_is_not_stale(viewer, unread):
    MemberList.objects.update(read_at=timezone.now(), failure="")

    assert "Not checked" not in text(page(viewer, make_webhook()))
