"""What will happen is shown before it does, and what was typed is never lost."""

import html
import json
import re
import shlex
from uuid import UUID

import pytest

from quo_admin.quo import spec
from quo_admin.webhooks.create.request_preview import request_preview
from quo_admin.webhooks.models import Attempt, Webhook
from tests.conftest import PASSWORD
from tests.factories import create_form, make_member, make_number, make_wanted
from tests.words import text

pytestmark = pytest.mark.django_db
TOKEN = UUID("11111111-2222-3333-4444-555555555555")


def test_preview_shows_the_request_and_calls_no_api(operator, sandbox, settings):
    make_number(id="PN1", name="Front desk")
    form = create_form(preview="1", resourceIds=["PN1"], label="It's “here”")

    response = operator.post("/webhooks/new/", form)

    words = html.unescape(text(response))
    assert "Nothing was sent yet" in words
    assert "Messages received by Front desk will be sent to example.com" in words
    assert '"label": "It\'s “here”"' in words
    assert "$QUO_API_KEY" in words
    assert settings.QUO_API_KEY not in response.content.decode()
    assert sandbox.calls.all() == []
    assert not Attempt.objects.exists()


def test_curl_command_matches_the_request(settings, sandbox):
    wanted = make_wanted(label="It's “here” $HOME `x`")

    words = shlex.split(request_preview(wanted).curl)

    assert words[:2] == ["curl", f"{sandbox.url}{spec.MESSAGE_WEBHOOKS}"]
    assert "Authorization: $QUO_API_KEY" in words
    assert json.loads(words[-1]) == wanted.to_json()


def test_preview_is_the_first_button_of_the_form(operator):
    page = operator.get("/webhooks/new/").content.decode()
    form = page[page.index("<form", page.index("<main")) :]
    buttons = re.findall(r"<button(?![^>]*type=\"button\")[^>]*>", form)

    assert 'name="preview"' in buttons[0]


def test_number_search_keeps_the_input_and_does_not_validate(operator):
    make_number(id="PN1", name="Front desk")
    make_number(id="PN2", name="Billing")
    form = {"search": "1", "find": "bill", "resourceIds": ["PN1", "oops"], "url": "nowhere"}

    response = operator.post("/webhooks/new/", form)

    page = response.content.decode()
    assert 'value="PN1" checked' in page
    assert 'value="PN2">' in page
    assert ">oops</textarea>" in page
    assert 'value="nowhere"' in page
    assert "to mend" not in page


def test_live_preview_follows_the_input_and_calls_no_api(operator, sandbox):
    make_number(id="PN1", name="Front desk")
    form = create_form(resourceIds=["PN1"], url="http://example.com")

    words = text(operator.post("/webhooks/new/live/", form))
    found = text(operator.post("/webhooks/new/live/?picker", form | {"find": "desk"}))

    assert "Messages received by Front desk will be sent to example.com" in words
    assert "Not encrypted: anyone on the network path can read these messages" in words
    assert "1 selected" in words
    assert "Front desk" in found
    assert sandbox.calls.all() == []


def test_live_preview_of_incomplete_form_shows_a_hint(operator):
    words = text(operator.post("/webhooks/new/live/", {"events": ["message.delivered"]}))

    assert "Choose numbers, events and an endpoint to see what this webhook will do." in words


def test_member_can_be_selected_or_entered_but_not_both(operator, sandbox):
    make_member(id="US1")

    chosen = operator.post("/webhooks/new/", create_form(userId=["US1", ""], preview="1"))
    both = operator.post("/webhooks/new/", create_form(userId=["US1", "US2"]))

    assert '<option value="US1" selected>' in chosen.content.decode()
    assert "Select a member or enter an ID, not both." in text(both)
    assert 'value="US2"' in both.content.decode()


# The session ended while somebody was typing


def test_input_is_kept_when_the_session_has_expired(operator, sandbox):
    operator.logout()
    form = create_form(label="Typed label", resourceIds=["*"], token=str(TOKEN))

    requested = operator.post("/webhooks/new/", form)
    page = requested.content.decode()
    back = operator.post("/webhooks/new/", form | {"login": "olga", "password": PASSWORD})

    assert "Sign in to continue" in text(requested)
    assert '<input type="hidden" name="label" value="Typed label">' in page
    assert "You are signed in again. Nothing was sent." in text(back)
    assert 'value="Typed label"' in back.content.decode()
    assert back.context["token"] == TOKEN
    assert PASSWORD not in back.content.decode()
    assert sandbox.calls.all() == []
    assert operator.post("/webhooks/new/", form).status_code == 302
    assert Webhook.objects.count() == 1


def test_wrong_password_keeps_the_input(operator):
    operator.logout()

    response = operator.post(
        "/webhooks/new/", create_form(label="Typed label", login="olga", password="wrong")
    )

    assert response.status_code == 403
    assert "Typed label" in response.content.decode()
    assert "wrong" not in response.content.decode()


def test_signing_in_again_does_not_grant_the_create_permission(viewer, sandbox):
    viewer.logout()

    response = viewer.post("/webhooks/new/", create_form(login="vera", password=PASSWORD))

    assert response.status_code == 403
    assert sandbox.calls.all() == []


@pytest.mark.parametrize("origin", ["http://testserver", "https://elsewhere.example", None])
def test_form_with_stale_csrf_token_is_kept_only_for_same_origin(operator, sandbox, origin):
    operator.handler.enforce_csrf_checks = True
    headers = {"Origin": origin} if origin else {}

    response = operator.post("/webhooks/new/", create_form(label="Typed label"), headers=headers)

    ours = origin == "http://testserver"
    assert ("Typed label" in response.content.decode()) == ours
    assert ("You are signed in again. Nothing was sent" in text(response)) == ours
    assert sandbox.calls.all() == []
    assert not Attempt.objects.exists()
