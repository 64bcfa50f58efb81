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
def later(monkeypatch):
    """Let some seconds pass."""

    def resume(seconds):
        now = time.time() + seconds
        monkeypatch.setattr(time, "time", lambda: now)

    return resume


def is_recent(browser):
    request = RequestFactory().get("/")
    request.session, request.user = browser.session, browser.user
    return recent_authentication.is_recent(request)


def test_signing_in_counts_as_fresh(operator):
    assert is_recent(operator)


@pytest.mark.parametrize(("seconds", "still"), [(14 * MINUTE_S, True), (15 * MINUTE_S, False)])
def test_sign_in_is_fresh_for_fifteen_minutes(operator, later, seconds, still):
    later(seconds)

    assert is_recent(operator) is still


def test_time_that_is_still_to_come_is_not_fresh(operator, later):
    later(-MINUTE_S)

    assert not is_recent(operator)


def test_session_without_a_password_is_not_fresh(client, person):
    client.user = person("Operators")
    client.force_login(client.user)

    assert not is_recent(client)


def test_password_given_again_is_fresh_and_leads_on_by_get(operator, later):
    later(20 * MINUTE_S)

    answer = operator.post(CONFIRM, {"password": PASSWORD, "next": KEY})

    assert answer["Location"] == KEY
    assert is_recent(operator)


def test_wrong_password_is_refused_and_nothing_is_fresh(operator, later):
    later(20 * MINUTE_S)

    answer = operator.post(CONFIRM, {"password": "wrong", "next": KEY})

    assert "That is not your password." in answer.content.decode()
    assert not is_recent(operator)


def test_confirming_leads_to_no_other_site(operator):
    answer = operator.post(CONFIRM, {"password": PASSWORD, "next": "//evil.example/"})

    assert answer["Location"] == "/"


def test_act_that_is_not_fresh_is_led_to_the_password_and_nothing_of_it_is_kept(operator, later):
    later(20 * MINUTE_S)

    answer = operator.post(KEY, {"canary": "typed"})

    assert answer["Location"] == f"{CONFIRM}?next=%2Fwebhooks%2FWH1%2Fkey%2F"
    assert "canary" not in str(dict(operator.session))


def test_way_back_is_carried_through_the_form(operator):
    page = operator.get(
        recent_authentication.redirect_to_reauthenticate("/webhooks/a&b/key/").url
    ).content.decode()

    assert '<input type="hidden" name="next" value="/webhooks/a&amp;b/key/">' in page


def test_anonymous_user_is_never_recently_authenticated(client, db):
    answer = client.get(CONFIRM)

    assert answer["Location"] == f"/accounts/login/?next={CONFIRM}"
    assert isinstance(recent_authentication.redirect_to_reauthenticate("/"), HttpResponse)
