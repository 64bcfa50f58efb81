import re

import pytest
from django.contrib.auth.models import Permission

from quo_admin.audit.actions import Action
from quo_admin.audit.services import record
from quo_admin.webhooks.models import Webhook
from tests.factories import NOON, make_attempt, make_member, make_number, make_webhook
from tests.words import markup, text

pytestmark = pytest.mark.django_db
DELIVERED = "message.delivered"


def gone(webhook, by="olga"):
    Webhook.objects.filter(pk=webhook.pk).update(missing_since=NOON, deleted_by=by)


def test_page_shows_every_field_and_the_numbers_by_name(viewer):
    make_number(id="PN1", name="Front desk")
    make_member()
    webhook = make_webhook(
        label="Desk", resourceIds=["PN1", "PN2"], url="https://example.com/quo?token=hush"
    )

    words = text(viewer.get(webhook.get_absolute_url()))

    for fact in (
        "Desk",
        "Enabled",
        "Message received",
        "message.received",
        "https://example.com/quo?token=hush",
    ):
        assert fact in words
    for fact in (webhook.quo_id, "Maya Ortiz", "OR2fWc9x", "Front desk", "Unknown number"):
        assert fact in words


def test_page_summarizes_the_webhook_in_one_sentence(viewer):
    make_number(id="PN1", name="Front desk")
    webhook = make_webhook(resourceIds=["PN1"])

    words = text(viewer.get(webhook.get_absolute_url())).replace(" .", ".")

    assert "Messages received by Front desk are sent to example.com." in words


def test_missing_fields_are_marked(viewer):
    webhook = make_webhook(label=None, url=None, key=None, events=None, resourceIds=None)

    words = text(viewer.get(webhook.get_absolute_url()))

    assert words.count("Not returned by Quo") >= 6
    assert "Reveal" not in words
    assert "Texts" not in words.replace("Texts Not returned by Quo", "")


def test_number_that_left_the_company_is_marked(viewer):
    number = make_number(id="PN1", name="Old line")
    number.missing_since = NOON
    number.save()
    webhook = make_webhook(resourceIds=["PN1", "PN2"])

    response = viewer.get(webhook.get_absolute_url())

    assert "2, 1 of them removed" in text(response)
    assert '<span class="state gone"><span>Removed' in response.content.decode()


def test_page_lists_other_webhooks_for_the_same_messages(viewer):
    webhook = make_webhook(resourceIds=["PN1", "PN2"], url="https://example.com/quo")
    make_webhook(resourceIds=["PN1"], url="https://crm.example/")
    make_webhook(label="Copy", resourceIds=["PN2"], url="https://EXAMPLE.com/quo/")
    make_webhook(resourceIds=["*"], url="https://archive.example/")
    make_webhook(resourceIds=["PN1"], url="https://delivered.example/", events=[DELIVERED])
    make_webhook(resourceIds=["PN1"], url="https://off.example/", status="disabled")
    gone(make_webhook(resourceIds=["PN1"], url="https://past.example/"))

    response = viewer.get(webhook.get_absolute_url())

    reached = {
        row.id: [(other.webhook.host, other.twice) for other in row.also.webhooks]
        for row in response.context["numbers"]
    }
    assert reached == {
        "PN1": [("crm.example", False)],
        "PN2": [("example.com", True)],
    }
    assert [other.webhook.host for other in response.context["everywhere"].webhooks] == [
        "archive.example"
    ]
    assert "Same URL, by Copy" in text(response)
    assert "Also sent to" in text(response)


def test_same_url_comes_first_and_each_webhook_is_listed_once(viewer):
    both = {"resourceIds": ["PN1"], "events": ["message.received", DELIVERED]}
    webhook = make_webhook(**both, url="https://example.com/quo")
    for place in range(30):
        make_webhook(**both, url=f"https://other{place:02}.example/")
    copy = make_webhook(**both, label="Copy", url="https://example.com/quo/")

    response = viewer.get(webhook.get_absolute_url())

    [row] = response.context["numbers"]
    others = row.also.webhooks
    assert [other.twice for other in others] == [True] + [False] * 9
    assert len({other.webhook for other in others}) == 10
    assert others[0].webhook == copy
    assert "and more" in text(response)


def test_page_links_to_its_attempt(viewer):
    attempt = make_attempt("created")

    page = markup(viewer.get(attempt.webhook.get_absolute_url()))

    assert f'href="/webhooks/attempts/{attempt.pk}/">attempt {attempt.pk}</a>, in 2.0 s' in page


def test_page_shows_its_audit_entries_with_permission(viewer):
    webhook = make_webhook()
    record(actor="olga", action=Action.KEY_REVEALED, target=webhook.quo_id, after="fingerprint")
    record(actor="olga", action=Action.WEBHOOK_CREATED, target="WHother")

    page = viewer.get(webhook.get_absolute_url())

    assert "olga: Key revealed fingerprint" in text(page)
    assert "Webhook created" not in text(page)

    viewer.user.groups.clear()
    viewer.user.user_permissions.add(Permission.objects.get(codename="view_webhook"))
    assert "History" not in text(viewer.get(webhook.get_absolute_url()))


def test_missing_webhook_shows_when_and_by_whom(operator):
    webhook = make_webhook()
    gone(webhook)

    words = text(operator.get(webhook.get_absolute_url()))

    assert re.search(r"Deleted by olga", words)
    assert "It no longer sends deliveries." in words
    assert "go to" not in words
    assert "Delete at Quo" not in words


def test_delete_link_needs_the_permission(operator, viewer):
    webhook = make_webhook()

    way = f'href="/webhooks/{webhook.quo_id}/delete/">Delete<'
    assert way in operator.get(webhook.get_absolute_url()).content.decode()
    assert "Delete at Quo" not in text(viewer.get(webhook.get_absolute_url()))


def test_values_from_quo_are_escaped(viewer):
    webhook = make_webhook(label="<script>alert(1)</script>", events=["<b>"], status="<i>")

    for page in ("/webhooks/", webhook.get_absolute_url()):
        html = viewer.get(page).content.decode()
        assert "<script>alert" not in html
        assert "<i>" not in html
        assert "<b><b>" not in html


def test_query_count_is_constant_for_many_numbers(viewer, django_assert_num_queries):
    ids = [f"PN{place}" for place in range(100, 160)]
    few, many = make_webhook(resourceIds=ids[:2]), make_webhook(resourceIds=ids)
    for id in ids:
        make_number(id=id)
        make_webhook(resourceIds=[id], url="https://crm.example/")
    viewer.get(few.get_absolute_url())

    # session, person, two of permissions; webhook, numbers, other webhooks of these, findings,
    # the duplicated ones and their names, last sync, stale list, reveals, member, running batch,
    # audit log
    for webhook in (few, many):
        with django_assert_num_queries(16):
            viewer.get(webhook.get_absolute_url())


def test_unknown_webhook_returns_404(viewer):
    assert viewer.get("/webhooks/WHnone/").status_code == 404
