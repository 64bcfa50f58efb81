import pytest

from quo_admin.quo import spec
from quo_admin.webhooks.models import Attempt, Webhook
from tests.factories import create_form
from tests.words import text

pytestmark = pytest.mark.django_db
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

    html = response.content.decode()
    assert "Three things to mend. Nothing was sent." in text(response)
    for typed in ("Typed label", "nowhere", "PN1\noops", 'value="7"'):
        assert typed in html
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

    response = operator.post("/webhooks/new/", create_form(label="Typed label"))

    assert "We do not know whether Quo made it" in text(response)
    assert "Typed label" in response.content.decode()
    assert Attempt.objects.get().state == "unknown"
