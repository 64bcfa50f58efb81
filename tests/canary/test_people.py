"""Nothing that people do lets a secret out. The net must be empty when a test ends."""

import pytest
from django.contrib.auth.models import User

from quo_admin.quo import spec
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.workspace import services
from tests.canary import net as canary
from tests.canary.acts import create, made
from tests.canary.net import API_KEY, KEY, URL, Browser
from tests.conftest import PASSWORD
from tests.factories import create_form
from tests.webhooks.synced import change
from tests.words import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_secret_leaks")]
CREATE, DELETE, LOOK = f"POST {spec.MESSAGE_WEBHOOKS}", "DELETE", f"GET {spec.WEBHOOKS}/"
A_WEBHOOK = {"data": {"id": "WHlost", "key": KEY, "url": "https://example.com/"}}


def test_signing_in_leaks_no_password(net, person, hours_later):
    person("Viewers", "vera")
    browser = Browser(net)
    login = "/accounts/login/"

    browser.get(login)
    browser.post(login, {"login": "vera", "password": canary.WRONG_PASSWORD})
    browser.post(login, {"login": canary.MISTYPED_PASSWORD, "password": ""})
    browser.post(login, {"login": canary.MISTYPED_PASSWORD, "password": "x"})
    assert browser.post(login, {"login": "vera", "password": PASSWORD}).status_code == 302
    hours_later()
    for password in (canary.WRONG_PASSWORD, PASSWORD):
        browser.post("/accounts/reauthenticate/", {"password": password, "next": "/webhooks/"})
    browser.get("/webhooks/")
    browser.get("/accounts/logout/")
    browser.post("/accounts/logout/", follow=True)


def test_changing_the_password_leaks_neither_password(operator):
    change = "/accounts/password/change/"
    new = {"password1": canary.NEW_PASSWORD, "password2": canary.NEW_PASSWORD}

    operator.get(change)
    operator.post(change, {"oldpassword": canary.WRONG_PASSWORD, **new})
    operator.post(change, {"oldpassword": PASSWORD, **new, "password2": "another"})
    operator.post(change, {"oldpassword": PASSWORD, **new}, follow=True)

    assert User.objects.get().check_password(canary.NEW_PASSWORD)


def test_creating_a_webhook_leaks_no_secrets(operator, sandbox):
    create(operator, preview="1")
    create(operator, accept=None)
    create(operator, events=None)
    create(operator, resourceIds=["no id"], userId=KEY[:5])
    create(operator, token="6b5d0b3e-44f9-4f5e-8f36-1b1b1b1b1b1b")
    again = create(operator, token="6b5d0b3e-44f9-4f5e-8f36-1b1b1b1b1b1b")
    operator.get("/webhooks/new/")

    assert Webhook.objects.get().key_fingerprint
    assert again.status_code == 200


def test_form_sent_after_the_session_ended_leaks_no_secrets(net, person):
    person("Operators", "olga")
    browser = Browser(net)

    for password in (None, canary.WRONG_PASSWORD, PASSWORD):
        typed = {"login": "olga", "password": password} if password else {}
        browser.post("/webhooks/new/", create_form(url=URL) | typed)

    assert browser.get("/webhooks/").status_code == 200


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset_after"},
        {"kind": "truncated"},
        {"kind": "malformed"},
        {"kind": "odd", "drop": ["id"]},
        {"kind": "odd", "drop": ["key", "events"]},
        {"kind": "odd", "merge": {"id": "WH/1", "key": [KEY]}},
        {"kind": "odd", "body": [A_WEBHOOK]},
        {"kind": "redirect", "location": f"https://elsewhere.example/{API_KEY}"},
        {"kind": "status", "status": 401, "body": {"error": {"message": f"no {API_KEY}"}}},
        {"kind": "status", "status": 409, "body": {"message": "no", "trace": "19"} | A_WEBHOOK},
        {"kind": "status", "status": 422, "body": [A_WEBHOOK]},
        {"kind": "status", "status": 500, "body": A_WEBHOOK, "after": True},
        {"kind": "status", "status": 500, "body": f'{{"data": {{"key": "{KEY}", "url": "ht'},
        {"kind": "status", "status": 502, "body": f"<h1>Bad gateway</h1><p>{API_KEY}</p>"},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values())[:30],
)
def test_failed_create_leaks_no_secrets_from_the_response(operator, sandbox, fault):
    sandbox.faults.add(on=CREATE, **fault)

    create(operator)

    attempt = Attempt.objects.get()
    operator.get("/webhooks/attempts/")
    operator.get(f"/webhooks/attempts/{attempt.pk}/")
    operator.get("/audit/")


def test_key_is_shown_once_and_only_on_the_key_page(operator, sandbox):
    page = f"/webhooks/{made(operator).quo_id}/"

    receipt = operator.post(f"{page}key/")["Location"]
    shown = operator.get(receipt)
    again = operator.get(receipt, follow=True)

    assert KEY in text(shown)
    assert KEY not in text(again)
    operator.get("/audit/")
    operator.get("/")


def test_key_revealed_after_signing_in_again_is_not_leaked(operator, sandbox, hours_later):
    key = f"/webhooks/{made(operator).quo_id}/key/"
    hours_later()

    requested = operator.post(key, follow=True)
    confirmed = operator.post(
        "/accounts/reauthenticate/", {"password": PASSWORD, "next": key}, follow=True
    )
    shown = operator.post(key, follow=True)

    assert "Confirm your identity" in text(requested)
    assert "Reveal for 60 seconds" in text(confirmed)
    assert KEY in text(shown)


def test_key_that_cannot_be_decrypted_is_reported_without_the_key(operator, sandbox, settings):
    webhook = made(operator)
    settings.FIELD_KEYS = ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]

    response = operator.post(f"/webhooks/{webhook.quo_id}/key/", follow=True)

    assert "cannot be decrypted" in text(response)


def test_deleting_a_webhook_leaks_no_secrets(operator, sandbox):
    delete = f"/webhooks/{made(operator).quo_id}/delete/"
    sandbox.faults.add("status", DELETE, status=403, body={"message": f"no, {API_KEY}"})
    sandbox.faults.add("reset_before", DELETE)
    sandbox.faults.add("status", LOOK, status=500, body=A_WEBHOOK)
    sandbox.faults.add("reset_after", DELETE)

    operator.get(delete)
    for _ in range(4):  # refused, nobody knows, gone, gone already
        operator.post(delete, follow=True)

    assert Webhook.objects.get().deleted_by == "olga"
    operator.get("/audit/")


def test_syncing_leaks_no_secrets(operator, sandbox):
    operator.post("/sync/now/", follow=True)
    sandbox.faults.add(
        "status", f"GET {spec.PHONE_NUMBERS}", status=401, body={"message": f"no {API_KEY}"}
    )
    operator.post("/sync/now/", follow=True)
    operator.get("/")


def test_drift_found_by_a_sync_leaks_no_secrets(operator, sandbox):
    webhook = made(operator)
    change(sandbox, webhook.quo_id, key="c29tZSBvdGhlciBrZXk=", url="https://elsewhere.example/")
    services.run(actor="olga")
    change(sandbox, webhook.quo_id, key=KEY, url=URL)
    sandbox.faults.add("status", "GET /v1/webhooks", status=403, body={"message": f"no {API_KEY}"})

    operator.post("/sync/now/", follow=True)

    webhook.refresh_from_db()
    assert [row[0] for row in webhook.drift_details] == ["URL", "key", "URL", "key"]
    for address in ("/", "/sync/", "/webhooks/?drift=key-changed", "/audit/"):
        assert operator.get(address).status_code == 200
