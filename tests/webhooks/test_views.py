import re

import pytest

from quo_admin.accounts import fresh
from quo_admin.quo import spec
from quo_admin.webhooks.models import Attempt, Webhook
from tests.factories import KEY, create_form, make_member, make_number, make_webhook

pytestmark = pytest.mark.django_db
CREATE = f"POST {spec.MESSAGE_WEBHOOKS}"


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


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


def test_empty_list_says_what_to_do(operator, viewer):
    assert "Create the first one" in text(operator.get("/webhooks/"))
    assert "Create the first one" not in text(viewer.get("/webhooks/"))


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


def test_page_shows_every_field_and_the_numbers_by_name(viewer):
    make_number(id="PN1", name="Front desk")
    make_member()
    webhook = make_webhook(
        label="Desk", resourceIds=["PN1", "PN2"], url="https://example.com/quo?token=hush"
    )

    words = text(viewer.get(webhook.get_absolute_url()))

    for fact in (
        "Desk",
        "Enabled",
        "Received",
        "message.received",
        "https://example.com/quo?token=hush",
    ):
        assert fact in words
    for fact in (webhook.quo_id, "Maya Ortiz", "OR2fWc9x", "Front desk", "Not known here"):
        assert fact in words


def test_what_quo_did_not_tell_is_said_so(viewer):
    webhook = make_webhook(label=None, url=None, key=None, events=None, resourceIds=None)

    words = text(viewer.get(webhook.get_absolute_url()))

    assert words.count("Not told by Quo") >= 6
    assert "Reveal" not in words


def test_labels_of_quo_are_data_not_markup(viewer):
    webhook = make_webhook(label="<script>alert(1)</script>", events=["<b>"], status="<i>")

    for page in ("/webhooks/", webhook.get_absolute_url()):
        html = viewer.get(page).content.decode()
        assert "<script>alert" not in html
        assert "<b>" not in html.replace("<b>Quo</b>", "").replace(f"<b>{viewer.user}</b>", "")


def test_list_costs_the_same_number_of_queries_however_long_it_is(
    viewer, django_assert_max_num_queries
):
    for _ in range(60):
        make_webhook()

    with django_assert_max_num_queries(9):
        response = viewer.get("/webhooks/")

    assert "Page 1 of 2" in text(response)


def test_webhook_that_nobody_knows_is_not_found(viewer):
    assert viewer.get("/webhooks/WHnone/").status_code == 404


# The key


def test_operator_sees_the_key_once_and_a_reload_finds_the_mask(operator):
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


def test_page_of_the_button_never_holds_a_key(operator):
    webhook = make_webhook()

    response = operator.get(f"/webhooks/{webhook.quo_id}/key/")

    assert "Reveal for 60 seconds" in text(response)
    assert KEY not in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_a_fresh_sign_in_the_way_leads_through_the_password(operator, monkeypatch, method):
    webhook = make_webhook()
    monkeypatch.setattr(fresh, "is_fresh", lambda request: False)

    response = getattr(operator, method)(f"/webhooks/{webhook.quo_id}/key/")

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/reauthenticate/?next=%2Fwebhooks%2FWH")


def test_viewer_may_not_reveal(viewer):
    webhook = make_webhook()

    assert "Reveal" not in text(viewer.get(webhook.get_absolute_url()))
    assert viewer.post(f"/webhooks/{webhook.quo_id}/key/").status_code == 403


def test_head_does_not_use_up_a_receipt(operator):
    webhook = make_webhook()
    address = operator.post(f"/webhooks/{webhook.quo_id}/key/")["Location"]

    assert operator.head(address).status_code == 405
    assert KEY in operator.get(address).content.decode()


def test_key_that_no_longer_opens_is_told_and_not_a_crash(operator, settings):
    webhook = make_webhook()
    settings.FIELD_KEYS = ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]

    response = operator.post(f"/webhooks/{webhook.quo_id}/key/", follow=True)

    assert "does not open with this installation" in text(response)
