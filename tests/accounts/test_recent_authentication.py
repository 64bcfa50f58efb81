import time

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from quo_admin.accounts import recent_authentication
from tests.conftest import PASSWORD

CONFIRM = "/accounts/reauthenticate/"
KEY = "/webhooks/WH1/key/"
MINUTE_S = 60


@pytest.fixture
def advance_time(monkeypatch):
    """Let some seconds pass."""

    def resume(seconds):
        now = time.time() + seconds
        monkeypatch.setattr(time, "time", lambda: now)

    return resume


def is_recent(browser):
    request = RequestFactory().get("/")
    request.session, request.user = browser.session, browser.user
    return recent_authentication.is_recent(request)


def test_sign_in_counts_as_recent_authentication(operator):
    assert is_recent(operator)


@pytest.mark.parametrize(("seconds", "still"), [(14 * MINUTE_S, True), (15 * MINUTE_S, False)])
def test_sign_in_is_recent_for_fifteen_minutes(operator, advance_time, seconds, still):
    advance_time(seconds)

    assert is_recent(operator) is still


def test_authentication_time_in_the_future_is_not_recent(operator, advance_time):
    advance_time(-MINUTE_S)

    assert not is_recent(operator)


def test_session_without_a_password_is_not_recent(client, person):
    client.user = person("Operators")
    client.force_login(client.user)

    assert not is_recent(client)


def test_reauthentication_is_recent_and_redirects_to_next(operator, advance_time):
    advance_time(20 * MINUTE_S)

    answer = operator.post(CONFIRM, {"password": PASSWORD, "next": KEY})

    assert answer["Location"] == KEY
    assert is_recent(operator)


def test_reauthentication_with_a_wrong_password_is_rejected(operator, advance_time):
    advance_time(20 * MINUTE_S)

    answer = operator.post(CONFIRM, {"password": "wrong", "next": KEY})

    assert "That is not your password." in answer.content.decode()
    assert not is_recent(operator)


def test_reauthentication_does_not_redirect_to_another_site(operator):
    answer = operator.post(CONFIRM, {"password": PASSWORD, "next": "//evil.example/"})

    assert answer["Location"] == "/"


def test_stale_sign_in_redirects_to_reauthentication_without_keeping_input(operator, advance_time):
    advance_time(20 * MINUTE_S)

    answer = operator.post(KEY, {"canary": "typed"})

    assert answer["Location"] == f"{CONFIRM}?next=%2Fwebhooks%2FWH1%2Fkey%2F"
    assert "canary" not in str(dict(operator.session))


def test_reauthentication_form_contains_the_next_url(operator):
    page = operator.get(
        recent_authentication.redirect_to_reauthenticate("/webhooks/a&b/key/").url
    ).content.decode()

    assert '<input type="hidden" name="next" value="/webhooks/a&amp;b/key/">' in page


def test_anonymous_user_is_never_recently_authenticated(client, db):
    answer = client.get(CONFIRM)

    assert answer["Location"] == f"/accounts/login/?next={CONFIRM}"
    assert isinstance(recent_authentication.redirect_to_reauthenticate("/"), HttpResponse)
