import pytest

from quo_admin.accounts import recent_authentication
from quo_admin.audit.models import Entry
from quo_admin.quo import spec
from quo_admin.webhooks.models import Webhook
from tests.factories import KEY, NOON, make_number, make_webhook
from tests.words import text

pytestmark = pytest.mark.django_db
BUTTON = "Delete webhook"


def page_of(webhook):
    return f"/webhooks/{webhook.quo_id}/delete/"


def test_page_shows_webhook_host_and_lost_coverage(operator):
    make_number(id="PN1", name="Front desk")
    webhook = make_webhook(label="Support desk", url="https://hooks.example.com/in?token=hush")

    response = operator.get(page_of(webhook))

    words = text(response)
    assert "Delete “Support desk” at Quo?" in words
    assert "Endpoint: hooks. example. com" in words
    assert "Messages received by Front desk will not be covered by any webhook." in words
    assert "Webhooks created in the Quo app are not included." in words
    assert BUTTON in words
    assert 'data-busy="Deleting…"' in response.content.decode()
    assert "hush" not in response.content.decode()
    assert KEY not in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Everything it covers is also covered by another webhook."),
        ({"status": "disabled"}, "This webhook sends nothing, so coverage does not change."),
        ({"events": None}, "Quo did not return its events and numbers"),
    ],
)
def test_page_explains_why_no_coverage_is_lost(operator, changes, words):
    make_webhook()

    assert words in text(operator.get(page_of(make_webhook(**changes))))


def test_viewing_the_page_calls_no_api_and_writes_nothing(operator, sandbox, webhook):
    before = Entry.objects.count()

    operator.get(page_of(webhook))

    assert sandbox.calls.all() == []
    assert Entry.objects.count() == before


def test_delete_redirects_to_the_webhook_page(operator, sandbox, webhook):
    response = operator.post(page_of(webhook), follow=True)

    assert response.redirect_chain == [(webhook.get_absolute_url(), 302)]
    assert f"“{webhook}” deleted at Quo. Its key and history stay here." in text(response)
    assert sandbox.store.get("webhook", webhook.quo_id) is None
    assert Webhook.objects.get().deleted_by == "olga"


def test_webhook_that_quo_already_deleted_gives_a_message(operator, sandbox, webhook):
    sandbox.store.delete("webhook", webhook.quo_id)

    words = text(operator.post(page_of(webhook), follow=True))

    assert f"“{webhook}” was already deleted at Quo." in words


def test_refusal_shows_the_trace_id_and_keeps_the_button(operator, sandbox, webhook):
    fault = {"message": "No such luck", "trace": "1234567890123456789"}
    sandbox.faults.add("status", f"DELETE {spec.WEBHOOKS}", status=403, body=fault)

    words = text(operator.post(page_of(webhook)))

    assert "Nothing was deleted" in words
    assert "No such luck" in words
    assert "Give this trace to Quo support: 1234567890123456789" in words
    assert BUTTON in words
    assert Webhook.objects.live().exists()


def test_unknown_deletion_shows_what_to_do(operator, sandbox, webhook):
    sandbox.faults.add("reset_after", f"DELETE {spec.WEBHOOKS}")
    sandbox.faults.add("status", f"GET {spec.WEBHOOKS}", status=500)

    words = text(operator.post(page_of(webhook)))

    assert "The result is unknown" in words
    assert "Try again in a minute" in words
    assert BUTTON in words


@pytest.mark.parametrize("method", ["get", "post"])
def test_missing_webhook_is_reported_without_a_request(operator, sandbox, webhook, method):
    Webhook.objects.update(missing_since=NOON, deleted_by="maya")

    words = text(getattr(operator, method)(page_of(webhook)))

    assert f"“{webhook}” no longer exists at Quo" in words
    assert "by maya" in words
    assert BUTTON not in words
    assert sandbox.calls.all() == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_old_sign_in_redirects_to_reauthentication(operator, sandbox, webhook, monkeypatch, method):
    monkeypatch.setattr(recent_authentication, "is_recent", lambda request: False)

    response = getattr(operator, method)(page_of(webhook))

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/reauthenticate/?next=%2Fwebhooks%2FWH")
    assert Webhook.objects.live().exists()
    assert sandbox.calls.all() == []


def test_viewer_cannot_delete(viewer, sandbox, webhook):
    assert viewer.get(page_of(webhook)).status_code == 403
    assert viewer.post(page_of(webhook)).status_code == 403
    assert Webhook.objects.live().exists()


def test_values_from_quo_are_escaped(operator):
    webhook = make_webhook(label="<script>alert(1)</script>", events=["<i>x"], resourceIds=["<u>"])

    html = operator.get(page_of(webhook)).content.decode()

    assert [tag for tag in ("<script>alert", "<i>x", "<u>") if tag in html] == []


def test_unknown_webhook_returns_404(operator):
    assert operator.get("/webhooks/WHnone/delete/").status_code == 404
