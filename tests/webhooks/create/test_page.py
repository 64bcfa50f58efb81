from uuid import UUID

import pytest

from quo_admin.quo import spec
from quo_admin.webhooks.models import Attempt, Webhook
from tests.factories import create_form
from tests.words import text

pytestmark = pytest.mark.django_db
TOKEN = UUID("11111111-2222-3333-4444-555555555555")
CREATE = f"POST {spec.MESSAGE_WEBHOOKS}"


def test_create_redirects_to_the_webhook_page(operator, sandbox):
    response = operator.post("/webhooks/new/", create_form(label="Desk"), follow=True)

    webhook = Webhook.objects.get()
    assert response.redirect_chain[-1][0] == f"/webhooks/{webhook.quo_id}/"
    assert "Created “Desk”" in text(response)
    assert webhook.created_by == "olga"


def test_created_webhook_is_in_the_list(operator, sandbox):
    operator.post("/webhooks/new/", create_form(label="Desk"))

    words = text(operator.get("/webhooks/"))

    assert "Desk" in words
    assert "All numbers" in words


def test_form_with_errors_keeps_the_input(operator, sandbox):
    form = create_form(label="Typed label", url="nowhere", resourceIds=["PN1", "oops"], userId="7")

    response = operator.post("/webhooks/new/", form)

    page = response.content.decode()
    assert "Fix 3 fields. Nothing was sent to Quo." in text(response)
    for typed in ("Typed label", "nowhere", "PN1\noops", 'value="7"'):
        assert typed in page
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (
            {"status": 401, "body": {"error": {"message": "Unauthorized", "trace": "1"}}},
            "Quo rejected the API key. Check QUO_API_KEY.",
        ),
        ({"status": 403, "body": {"message": "Forbidden", "trace": "77"}}, "trace 77"),
        ({"status": 409, "body": ""}, "409 Conflict"),
        ({"status": 422, "body": "<p>No</p>", "content_type": "text/html"}, "No"),
        ({"status": 429, "headers": {"Retry-After": "86400"}}, "429 Too Many Requests"),
    ],
)
def test_rejected_create_shows_the_form_with_the_input(operator, sandbox, fault, words):
    sandbox.faults.add("status", CREATE, **fault)

    response = operator.post("/webhooks/new/", create_form(label="Typed label"))

    assert "Nothing was created" in text(response)
    assert words in text(response)
    assert "Typed label" in response.content.decode()
    assert Attempt.objects.get().state == "rejected"


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 502, "body": "<h1>Bad gateway</h1>"},
        {"kind": "truncated"},
        {"kind": "odd", "merge": {"id": "WH/1"}},
    ],
)
def test_unusable_response_shows_that_the_result_is_unknown(operator, sandbox, fault):
    sandbox.faults.add(on=CREATE, **fault)
    sandbox.faults.add("status", f"GET {spec.WEBHOOKS}", status=500)  # and a look does not help

    response = operator.post("/webhooks/new/", create_form(label="Typed label"))

    assert "The result is unknown" in text(response)
    assert "Typed label" in response.content.decode()
    assert Attempt.objects.get().state == "unknown"


# What comes back


def test_rejection_is_shown_at_the_field_named_by_quo(operator, sandbox):
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
    assert form.errors["url"] == ["Quo rejected this value: Expected https."]
    assert form.errors["resourceIds"] == ["Quo rejected this value: Unknown number."]
    assert "two things (trace 19)" in text(response)
    assert 'data-copy="19"' in response.content.decode()


def test_warnings_are_shown_with_checkboxes_and_the_same_token(operator, sandbox):
    form = create_form(accept=[], status="disabled", token=str(TOKEN))

    response = operator.post("/webhooks/new/", form)

    page = response.content.decode()
    assert "2 warnings to confirm. Nothing was sent." in text(response)
    assert 'value="all-numbers"' in page
    assert 'value="disabled"' in page
    assert response.context["token"] == TOKEN
    assert not Attempt.objects.exists()


def test_confirmed_policies_stay_checked_when_another_warns(operator, sandbox):
    response = operator.post("/webhooks/new/", create_form(status="disabled"))

    page = response.content.decode()
    assert 'name="accept" value="all-numbers" checked' in page
    assert 'name="accept" value="disabled">' in page


def test_unneeded_confirmations_are_ignored(operator, sandbox):
    everything = ["plain-http", "all-numbers", "many-numbers", "disabled", "doubled", "nonsense"]

    response = operator.post("/webhooks/new/", create_form(accept=everything))

    assert response.status_code == 302
    assert Webhook.objects.count() == 1


def test_token_is_kept_after_errors_and_replaced_after_rejection(operator, sandbox):
    wrong = operator.post("/webhooks/new/", create_form(url="nowhere", token=str(TOKEN)))
    sandbox.faults.add("status", CREATE, status=409)
    refused = operator.post("/webhooks/new/", create_form(token=str(TOKEN)))

    assert wrong.context["token"] == TOKEN
    assert refused.context["token"] != TOKEN


def test_every_form_has_its_own_token(operator):
    first, second = (operator.get("/webhooks/new/").context["token"] for _ in range(2))

    assert first != second


@pytest.mark.parametrize("token", [None, "", "nonsense"])
def test_post_without_a_valid_token_creates_a_webhook(operator, sandbox, token):
    response = operator.post("/webhooks/new/", create_form(token=token))

    assert response.status_code == 302
    assert Webhook.objects.count() == 1
