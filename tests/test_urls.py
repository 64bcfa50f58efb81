"""Every address, as each kind of person. What stands in no row here fails the first test."""

import pytest
from django.test import Client
from django.urls import get_resolver

from quo_admin.webhooks.models import Webhook
from tests.factories import (
    create_form,
    make_attempt,
    make_batch,
    make_note,
    make_number,
    make_sync,
    make_webhook,
)

pytestmark = pytest.mark.django_db
KINDS = ("nobody", "no group", "Viewers", "Operators", "superuser")
IN, NO, TO_SIGN_IN, TO_PASSWORD = "in", 403, "sign-in", "password"

EVERYBODY = (IN, IN, IN, IN, IN)
SIGNED_IN = (TO_SIGN_IN, IN, IN, IN, IN)
VIEWERS = (TO_SIGN_IN, NO, IN, IN, IN)
OPERATORS = (TO_SIGN_IN, NO, NO, IN, IN)
OPERATORS_KEEPING = (NO, NO, NO, IN, IN)  # what was typed stands on the page that says no
SUPERUSERS = (TO_SIGN_IN, NO, NO, NO, IN)

# address, method, who may
TABLE = [
    ("/", "GET", VIEWERS),
    ("/theme/", "POST", EVERYBODY),
    ("/favicon.ico", "GET", EVERYBODY),
    ("/webhooks/", "GET", VIEWERS),
    ("/webhooks/new/", "GET", OPERATORS),
    ("/webhooks/new/", "POST", OPERATORS_KEEPING),
    ("/webhooks/new/live/", "POST", OPERATORS_KEEPING),
    ("/webhooks/check/", "GET", VIEWERS),
    ("/webhooks/check/", "POST", VIEWERS),
    ("/webhooks/signature/", "GET", VIEWERS),
    ("/webhooks/signature/", "POST", VIEWERS),
    ("/webhooks/findings/", "GET", VIEWERS),
    ("/webhooks/facets/", "GET", VIEWERS),
    ("/webhooks/states/", "GET", VIEWERS),
    ("/webhooks/export/", "POST", VIEWERS),
    ("/webhooks/accept/", "POST", OPERATORS),
    ("/webhooks/attempts/", "GET", VIEWERS),
    ("/webhooks/attempts/1000/", "GET", VIEWERS),
    ("/webhooks/attempts/1000/reconcile/", "POST", OPERATORS),
    ("/webhooks/attempts/1000/decide/", "POST", OPERATORS),
    ("/webhooks/WHone/", "GET", VIEWERS),
    ("/webhooks/WHone/accept/", "POST", OPERATORS),
    ("/webhooks/WHone/findings/host-once/", "GET", OPERATORS),
    ("/webhooks/WHone/findings/host-once/", "POST", OPERATORS),
    ("/webhooks/WHone/delete/", "GET", OPERATORS),
    ("/webhooks/WHone/delete/", "POST", OPERATORS),
    ("/webhooks/WHone/key/", "GET", OPERATORS),
    ("/webhooks/WHone/key/", "POST", OPERATORS),
    ("/webhooks/WHone/key/some-token/", "GET", OPERATORS),
    ("/numbers/", "GET", VIEWERS),
    ("/numbers/map/", "GET", VIEWERS),
    ("/numbers/export/", "POST", VIEWERS),
    ("/numbers/note/", "GET", OPERATORS),
    ("/numbers/note/", "POST", OPERATORS_KEEPING),
    ("/numbers/notes/", "GET", VIEWERS),
    ("/numbers/notes/1000/take-back/", "POST", OPERATORS),
    ("/numbers/PNone/", "GET", VIEWERS),
    ("/sync/now/", "POST", OPERATORS),
    ("/sync/", "GET", VIEWERS),
    ("/sync/1000/", "GET", VIEWERS),
    ("/batches/", "GET", VIEWERS),
    ("/onboarding/", "GET", VIEWERS),
    ("/onboarding/new/", "GET", OPERATORS),
    ("/onboarding/new/", "POST", OPERATORS_KEEPING),
    ("/onboarding/new/live/", "POST", OPERATORS_KEEPING),
    ("/onboarding/template.csv", "GET", OPERATORS),
    ("/onboarding/template.xlsx", "GET", OPERATORS),
    ("/batches/1000/", "GET", VIEWERS),
    ("/batches/1000/skipped.csv", "GET", VIEWERS),
    ("/batches/1000/rows/", "POST", OPERATORS),
    ("/batches/1000/start/", "POST", OPERATORS),
    ("/batches/1000/discard/", "POST", OPERATORS),
    ("/batches/1000/pause/", "POST", OPERATORS),
    ("/batches/1000/resume/", "POST", OPERATORS),
    ("/batches/1000/stop/", "POST", OPERATORS),
    ("/batches/1000/retry/", "POST", OPERATORS),
    ("/batches/1000/reconcile/", "POST", OPERATORS),
    ("/batches/1000/export/", "POST", VIEWERS),
    ("/batches/1000/keys/", "GET", OPERATORS),
    ("/batches/1000/keys/", "POST", OPERATORS),
    ("/batches/1000/keys/some-token/", "GET", OPERATORS),
    ("/audit/", "GET", VIEWERS),
    ("/audit/export/", "POST", VIEWERS),
    ("/audit/verify/", "GET", VIEWERS),
    ("/audit/verify/", "POST", VIEWERS),
    ("/webhooks/access/", "GET", VIEWERS),
    ("/accounts/login/", "GET", EVERYBODY),
    ("/accounts/logout/", "GET", EVERYBODY),
    ("/accounts/reauthenticate/", "GET", SIGNED_IN),
    ("/accounts/password/change/", "GET", SIGNED_IN),
    ("/admin/", "GET", SUPERUSERS),
    ("/admin/auth/user/", "GET", SUPERUSERS),
    ("/admin/auth/user/add/", "GET", SUPERUSERS),
    ("/admin/auth/group/", "GET", SUPERUSERS),
]


def test_every_url_is_in_the_table():
    tabled = {str(get_resolver().resolve(address).route) for address, _, _ in TABLE}

    assert {route for route in routes() if not route.startswith("admin/")} <= tabled


def routes(patterns=None, prefix=""):
    for pattern in patterns or get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("address", "method", "answers"), TABLE, ids=lambda value: str(value)[:40])
def test_each_role_has_the_permissions_of_the_table(
    sandbox, signed_in, kind, address, method, answers
):
    make_webhook(id="WHone")
    make_attempt(pk=1000)
    make_sync(pk=1000)
    make_batch(pk=1000)
    make_number(id="PNone")
    make_note(pk=1000)
    browser = Client() if kind == "nobody" else signed_in(None if kind == "no group" else kind)
    data = create_form() if address.startswith("/webhooks/new/") else {"theme": "dark"}

    response = getattr(browser, method.lower())(address, data if method == "POST" else None)
    if response.headers.get("Location", "").startswith("/admin/login/"):
        response = browser.get(response["Location"])

    wanted = answers[KINDS.index(kind)]
    if wanted == TO_SIGN_IN:
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/?next=")
        assert Webhook.objects.count() == 1
    elif wanted == NO:
        assert response.status_code == 403
        assert Webhook.objects.count() == 1
    else:
        assert response.status_code in {200, 302, 301}
        assert not response.headers.get("Location", "").startswith("/accounts/login/?")


@pytest.mark.parametrize("address", ["/sync/now/", "/webhooks/attempts/1/reconcile/"])
def test_actions_are_not_performed_by_get_requests(sandbox, signed_in, address):
    make_attempt("unknown", pk=1)

    response = signed_in("superuser").get(address)

    assert response.status_code == 302
    assert sandbox.calls.all() == []


def test_post_without_a_csrf_token_is_rejected(person):
    person("Operators", "olga")
    browser = Client(enforce_csrf_checks=True)
    browser.login(username="olga", password="correct horse battery staple")

    response = browser.post("/webhooks/new/", create_form())

    assert response.status_code == 403
    assert not Webhook.objects.exists()


def test_pages_send_strict_security_headers(viewer):
    response = viewer.get("/webhooks/")

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
