import pytest

from quo_admin.accounts import recent_authentication
from quo_admin.audit.models import Entry
from tests.factories import KEY, make_webhook
from tests.words import text

pytestmark = pytest.mark.django_db


def test_key_is_shown_once_and_hidden_after_reload(operator):
    webhook = make_webhook()

    shown = operator.post(f"/webhooks/{webhook.quo_id}/key/", follow=True)
    address = shown.redirect_chain[-1][0]
    again = operator.get(address, follow=True)

    assert KEY in shown.content.decode()
    assert shown["Cache-Control"].split(", ")[-1]
    assert "no-store" in shown["Cache-Control"]
    assert shown["Refresh"] == f"60; url=/webhooks/{webhook.quo_id}/"
    assert KEY not in address
    assert KEY not in again.content.decode()
    assert again.redirect_chain == [(f"/webhooks/{webhook.quo_id}/", 302)]


def test_confirmation_page_does_not_contain_the_key(operator):
    webhook = make_webhook()

    response = operator.get(f"/webhooks/{webhook.quo_id}/key/")

    assert "Reveal for 60 seconds" in text(response)
    assert KEY not in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_old_sign_in_redirects_to_reauthentication(operator, monkeypatch, method):
    webhook = make_webhook()
    monkeypatch.setattr(recent_authentication, "is_recent", lambda request: False)

    response = getattr(operator, method)(f"/webhooks/{webhook.quo_id}/key/")

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/reauthenticate/?next=%2Fwebhooks%2FWH")


def test_viewer_cannot_reveal(viewer):
    webhook = make_webhook()

    assert "Reveal" not in text(viewer.get(webhook.get_absolute_url()))
    assert viewer.post(f"/webhooks/{webhook.quo_id}/key/").status_code == 403


def test_head_request_does_not_use_up_the_link(operator):
    webhook = make_webhook()
    address = operator.post(f"/webhooks/{webhook.quo_id}/key/")["Location"]

    assert operator.head(address).status_code == 405
    assert KEY in operator.get(address).content.decode()


def test_key_that_cannot_be_decrypted_does_not_crash(operator, settings):
    webhook = make_webhook()
    settings.FIELD_KEYS = ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]

    response = operator.post(f"/webhooks/{webhook.quo_id}/key/", follow=True)

    assert "cannot be decrypted with the current FIELD_KEYS" in text(response)


def test_copying_a_key_has_its_own_audit_action(operator):
    webhook = make_webhook()

    operator.post(f"/webhooks/{webhook.quo_id}/key/", {"copied": "1"})

    acts = Entry.objects.filter(target=webhook.quo_id).values_list("action", flat=True)
    assert list(acts) == ["key.copied"]
