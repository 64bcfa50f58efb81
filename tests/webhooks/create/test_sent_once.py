"""One form makes one webhook, however often it is pressed."""

from uuid import UUID

import pytest

from quo_admin.quo import spec
from quo_admin.webhooks.create import services
from quo_admin.webhooks.models import Attempt, Webhook
from tests.factories import create_form, make_wanted
from tests.words import text

pytestmark = pytest.mark.django_db
TOKEN = UUID("11111111-2222-3333-4444-555555555555")
CREATE = f"POST {spec.MESSAGE_WEBHOOKS}"


def test_resubmitted_form_redirects_to_the_created_webhook(operator, sandbox):
    operator.post("/webhooks/new/", create_form(token=str(TOKEN)))

    again = operator.post("/webhooks/new/", create_form(token=str(TOKEN)), follow=True)

    assert again.redirect_chain == [(Webhook.objects.get().get_absolute_url(), 302)]
    assert "Nothing was sent again" in text(again)
    assert len(sandbox.calls.all()) == 1


def test_resubmitted_form_with_other_values_links_to_first_webhook(operator, sandbox):
    operator.post("/webhooks/new/", create_form(token=str(TOKEN), label="First"))

    again = operator.post("/webhooks/new/", create_form(token=str(TOKEN), label="Second"))

    webhook = Webhook.objects.get()
    assert "Nothing was sent, because this form was already sent with other values." in text(again)
    assert webhook.get_absolute_url() in again.content.decode()
    assert 'value="Second"' in again.content.decode()
    assert again.context["token"] != TOKEN
    assert len(sandbox.calls.all()) == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (
            {"kind": "status", "status": 409},
            "This form was already sent, and no webhook was created",
        ),
        ({"kind": "reset_before"}, "The result is unknown"),
    ],
)
def test_resubmitted_form_shows_the_result_of_the_first_request(operator, sandbox, fault, words):
    sandbox.faults.add(on=CREATE, **fault)
    operator.post("/webhooks/new/", create_form(token=str(TOKEN)))

    again = operator.post("/webhooks/new/", create_form(token=str(TOKEN)))

    assert words in text(again)
    assert again.context["token"] != TOKEN
    assert [call.method for call in sandbox.calls.all()].count("POST") == 1


def test_form_resubmitted_while_sending_keeps_its_token(operator, sandbox, monkeypatch):
    monkeypatch.setattr(services, "LOOK_FOR_S", 0)
    wanted = make_wanted(label="Support desk")
    Attempt.objects.begin(actor="olga", wanted=wanted, token=TOKEN)

    again = operator.post("/webhooks/new/", create_form(token=str(TOKEN)))

    assert "The first request is still running. Nothing was sent again." in text(again)
    assert again.context["token"] == TOKEN


def test_same_values_with_a_new_token_give_a_duplicate_warning(operator, sandbox):
    operator.post("/webhooks/new/", create_form())

    again = operator.post("/webhooks/new/", create_form())

    assert 'name="accept" value="doubled"' in again.content.decode()
    assert len(sandbox.calls.all()) == 1


def test_resend_after_lost_response_gives_a_duplicate_warning(operator, sandbox):
    sandbox.faults.add("reset_before", CREATE)

    lost = operator.post("/webhooks/new/", create_form())
    again = operator.post("/webhooks/new/", create_form(token=str(lost.context["token"])))

    assert 'name="accept" value="doubled"' in again.content.decode()
    assert [call.method for call in sandbox.calls.all()].count("POST") == 1
