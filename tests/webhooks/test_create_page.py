import html
import json
import re
import shlex
from uuid import UUID

import pytest

from quo_admin.quo import spec
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.preview import preview
from quo_admin.webhooks.services import create as services
from tests.conftest import PASSWORD
from tests.factories import create_form, make_member, make_number, make_wanted
from tests.words import text

pytestmark = pytest.mark.django_db
TOKEN = UUID("11111111-2222-3333-4444-555555555555")
CREATE = f"POST {spec.MESSAGE_WEBHOOKS}"


def test_operator_creates_a_webhook_and_lands_on_its_page(operator, sandbox):
    response = operator.post("/webhooks/new/", create_form(label="Desk"), follow=True)

    webhook = Webhook.objects.get()
    assert response.redirect_chain[-1][0] == f"/webhooks/{webhook.quo_id}/"
    assert "Created: Desk" in text(response)
    assert webhook.made_by == "olga"


def test_created_webhook_stands_in_the_list(operator, sandbox):
    operator.post("/webhooks/new/", create_form(label="Desk"))

    words = text(operator.get("/webhooks/"))

    assert "Desk" in words
    assert "All numbers" in words


def test_what_was_typed_comes_back_with_the_errors(operator, sandbox):
    form = create_form(label="Typed label", url="nowhere", resourceIds=["PN1", "oops"], userId="7")

    response = operator.post("/webhooks/new/", form)

    page = response.content.decode()
    assert "Three things to mend. Nothing was sent." in text(response)
    for typed in ("Typed label", "nowhere", "PN1\noops", 'value="7"'):
        assert typed in page
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (
            {"status": 401, "body": {"error": {"message": "Unauthorized", "trace": "1"}}},
            "Unauthorized",
        ),
        ({"status": 403, "body": {"message": "Forbidden", "trace": "77"}}, "trace 77"),
        ({"status": 409, "body": ""}, "409 Conflict"),
        ({"status": 422, "body": "<p>No</p>", "content_type": "text/html"}, "No"),
        ({"status": 429, "headers": {"Retry-After": "86400"}}, "429 Too Many Requests"),
    ],
)
def test_refusal_comes_back_to_the_form_with_what_was_typed(operator, sandbox, fault, words):
    sandbox.faults.add("status", CREATE, **fault)

    response = operator.post("/webhooks/new/", create_form(label="Typed label"))

    assert "Nothing was made" in text(response)
    assert words in text(response)
    assert "Typed label" in response.content.decode()
    assert Attempt.objects.get().state == "refused"


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 502, "body": "<h1>Bad gateway</h1>"},
        {"kind": "truncated"},
        {"kind": "odd", "merge": {"id": "WH/1"}},
    ],
)
def test_answer_that_cannot_be_used_says_that_there_may_be_one(operator, sandbox, fault):
    sandbox.faults.add(on=CREATE, **fault)
    sandbox.faults.add("status", f"GET {spec.WEBHOOKS}", status=500)  # and a look does not help

    response = operator.post("/webhooks/new/", create_form(label="Typed label"))

    assert "We do not know whether Quo made it" in text(response)
    assert "Typed label" in response.content.decode()
    assert Attempt.objects.get().state == "unknown"


# What comes back


def test_refusal_lands_on_the_field_that_quo_names(operator, sandbox):
    body = {
        "message": "two things",
        "trace": "19",
        "errors": [
            {"path": "/url", "message": "Expected https", "schema": {"type": "String"}},
            {"path": "/resourceIds/0", "message": "Unknown number", "schema": {"type": "String"}},
            {"path": "/elsewhere", "message": "Odd", "schema": {"type": "String"}},
        ],
    }
    sandbox.faults.add("status", CREATE, status=400, body=body)

    response = operator.post("/webhooks/new/", create_form())

    form = response.context["form"]
    assert form.errors["url"] == ["Quo says: Expected https."]
    assert form.errors["resourceIds"] == ["Quo says: Unknown number."]
    assert "two things (trace 19)" in text(response)
    assert 'data-copy="19"' in response.content.decode()


def test_rules_come_back_with_their_boxes_and_the_same_token(operator, sandbox):
    form = create_form(accept=[], status="disabled", token=str(TOKEN))

    response = operator.post("/webhooks/new/", form)

    page = response.content.decode()
    assert "2 house rules to accept. Nothing was sent." in text(response)
    assert 'value="all-numbers"' in page
    assert 'value="disabled"' in page
    assert response.context["token"] == TOKEN
    assert not Attempt.objects.exists()


def test_accepted_rules_stay_ticked_when_another_speaks(operator, sandbox):
    response = operator.post("/webhooks/new/", create_form(status="disabled"))

    page = response.content.decode()
    assert 'name="accept" value="all-numbers" checked' in page
    assert 'name="accept" value="disabled">' in page


def test_rule_that_is_accepted_needlessly_does_no_harm(operator, sandbox):
    everything = ["plain-http", "all-numbers", "many-numbers", "disabled", "doubled", "nonsense"]

    response = operator.post("/webhooks/new/", create_form(accept=everything))

    assert response.status_code == 302
    assert Webhook.objects.count() == 1


def test_form_with_errors_keeps_its_token_and_one_that_was_refused_gets_another(operator, sandbox):
    wrong = operator.post("/webhooks/new/", create_form(url="nowhere", token=str(TOKEN)))
    sandbox.faults.add("status", CREATE, status=409)
    refused = operator.post("/webhooks/new/", create_form(token=str(TOKEN)))

    assert wrong.context["token"] == TOKEN
    assert refused.context["token"] != TOKEN


def test_every_form_that_is_shown_has_a_token_of_its_own(operator):
    first, second = (operator.get("/webhooks/new/").context["token"] for _ in range(2))

    assert first != second


@pytest.mark.parametrize("token", [None, "", "nonsense"])
def test_post_of_the_bare_request_needs_no_token(operator, sandbox, token):
    response = operator.post("/webhooks/new/", create_form(token=token))

    assert response.status_code == 302
    assert Webhook.objects.count() == 1


# One form, one webhook


def test_same_form_again_shows_what_it_made(operator, sandbox):
    operator.post("/webhooks/new/", create_form(token=str(TOKEN)))

    again = operator.post("/webhooks/new/", create_form(token=str(TOKEN)), follow=True)

    assert again.redirect_chain == [(Webhook.objects.get().get_absolute_url(), 302)]
    assert "Nothing was sent again" in text(again)
    assert len(sandbox.calls.all()) == 1


def test_same_form_with_other_values_says_what_the_first_made(operator, sandbox):
    operator.post("/webhooks/new/", create_form(token=str(TOKEN), label="First"))

    again = operator.post("/webhooks/new/", create_form(token=str(TOKEN), label="Second"))

    webhook = Webhook.objects.get()
    assert "Nothing was sent: this form was changed." in text(again)
    assert webhook.get_absolute_url() in again.content.decode()
    assert 'value="Second"' in again.content.decode()
    assert again.context["token"] != TOKEN
    assert len(sandbox.calls.all()) == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "status", "status": 409}, "This form was sent once and nothing was made"),
        ({"kind": "reset_before"}, "We do not know whether Quo made it"),
    ],
)
def test_same_form_again_shows_how_it_ended(operator, sandbox, fault, words):
    sandbox.faults.add(on=CREATE, **fault)
    operator.post("/webhooks/new/", create_form(token=str(TOKEN)))

    again = operator.post("/webhooks/new/", create_form(token=str(TOKEN)))

    assert words in text(again)
    assert again.context["token"] != TOKEN
    assert [call.method for call in sandbox.calls.all()].count("POST") == 1


def test_same_form_while_it_is_being_sent_keeps_its_token(operator, sandbox, monkeypatch):
    monkeypatch.setattr(services, "LOOK_FOR_S", 0)
    wanted = make_wanted(label="Support desk")
    Attempt.objects.begin(actor="olga", wanted=wanted, token=TOKEN)

    again = operator.post("/webhooks/new/", create_form(token=str(TOKEN)))

    assert "It is still being sent. Nothing was sent again." in text(again)
    assert again.context["token"] == TOKEN


def test_back_with_a_new_token_and_the_old_values_is_doubled(operator, sandbox):
    operator.post("/webhooks/new/", create_form())

    again = operator.post("/webhooks/new/", create_form())

    assert 'name="accept" value="doubled"' in again.content.decode()
    assert len(sandbox.calls.all()) == 1


def test_lost_answer_and_send_again_is_doubled(operator, sandbox):
    sandbox.faults.add("reset_before", CREATE)

    lost = operator.post("/webhooks/new/", create_form())
    again = operator.post("/webhooks/new/", create_form(token=str(lost.context["token"])))

    assert 'name="accept" value="doubled"' in again.content.decode()
    assert [call.method for call in sandbox.calls.all()].count("POST") == 1


# Preview and what will happen


def test_preview_shows_the_request_and_calls_nobody(operator, sandbox, settings):
    make_number(id="PN1", name="Front desk")
    form = create_form(preview="1", resourceIds=["PN1"], label="It's “here”")

    response = operator.post("/webhooks/new/", form)

    words = html.unescape(text(response))
    assert "Nothing was sent yet" in words
    assert "Texts received by Front desk will go to example.com" in words
    assert '"label": "It\'s “here”"' in words
    assert "$QUO_API_KEY" in words
    assert settings.QUO_API_KEY not in response.content.decode()
    assert sandbox.calls.all() == []
    assert not Attempt.objects.exists()


def test_curl_line_is_the_request(settings, sandbox):
    wanted = make_wanted(label="It's “here” $HOME `x`")

    words = shlex.split(preview(wanted).curl)

    assert words[:2] == ["curl", f"{sandbox.url}{spec.MESSAGE_WEBHOOKS}"]
    assert "Authorization: $QUO_API_KEY" in words
    assert json.loads(words[-1]) == wanted.to_json()


def test_first_button_of_the_form_is_preview(operator):
    page = operator.get("/webhooks/new/").content.decode()
    form = page[page.index("<form", page.index("<main")) :]
    buttons = re.findall(r"<button(?![^>]*type=\"button\")[^>]*>", form)

    assert 'name="preview"' in buttons[0]


def test_search_keeps_what_was_typed_and_finds_no_fault_yet(operator):
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


def test_live_parts_follow_what_is_typed_and_call_nobody(operator, sandbox):
    make_number(id="PN1", name="Front desk")
    form = create_form(resourceIds=["PN1"], url="http://example.com")

    words = text(operator.post("/webhooks/new/live/", form))
    found = text(operator.post("/webhooks/new/live/?picker", form | {"find": "desk"}))

    assert "Texts received by Front desk will go to example.com" in words
    assert "The texts will travel in clear" in words
    assert "1 chosen" in words
    assert "Front desk" in found
    assert sandbox.calls.all() == []


def test_live_sentence_holds_for_a_form_that_is_half_filled(operator):
    words = text(operator.post("/webhooks/new/live/", {"events": ["message.delivered"]}))

    assert "Texts delivered from numbers not chosen yet will go to an address not given" in words


def test_member_may_be_chosen_or_typed_but_not_both(operator, sandbox):
    make_member(id="US1")

    chosen = operator.post("/webhooks/new/", create_form(userId=["US1", ""], preview="1"))
    both = operator.post("/webhooks/new/", create_form(userId=["US1", "US2"]))

    assert '<option value="US1" selected>' in chosen.content.decode()
    assert "Choose a member or type an id, not both." in text(both)
    assert 'value="US2"' in both.content.decode()


# The session ended while somebody was typing


def test_what_was_typed_is_kept_when_the_session_has_ended(operator, sandbox):
    operator.logout()
    form = create_form(label="Typed label", resourceIds=["*"], token=str(TOKEN))

    asked = operator.post("/webhooks/new/", form)
    page = asked.content.decode()
    back = operator.post("/webhooks/new/", form | {"login": "olga", "password": PASSWORD})

    assert "Sign in to go on" in text(asked)
    assert '<input type="hidden" name="label" value="Typed label">' in page
    assert "You are signed in again. Nothing was sent yet." in text(back)
    assert 'value="Typed label"' in back.content.decode()
    assert back.context["token"] == TOKEN
    assert PASSWORD not in back.content.decode()
    assert sandbox.calls.all() == []
    assert operator.post("/webhooks/new/", form).status_code == 302
    assert Webhook.objects.count() == 1


def test_wrong_password_keeps_what_was_typed_too(operator):
    operator.logout()

    response = operator.post(
        "/webhooks/new/", create_form(label="Typed label", login="olga", password="wrong")
    )

    assert response.status_code == 403
    assert "Typed label" in response.content.decode()
    assert "wrong" not in response.content.decode()


def test_who_may_not_create_may_not_after_signing_in_again_either(viewer, sandbox):
    viewer.logout()

    response = viewer.post("/webhooks/new/", create_form(login="vera", password=PASSWORD))

    assert response.status_code == 403
    assert sandbox.calls.all() == []
