"""“Create a copy”: the create form, filled in as a webhook is."""

import pytest

from quo_admin.webhooks.models import Attempt
from quo_admin.workspace.models import Member, Number
from tests.factories import NOON, make_member, make_number, make_webhook
from tests.words import text

pytestmark = pytest.mark.django_db
URL = "https://example.com/quo?token=hush"


def like(browser, webhook):
    return browser.get(f"/webhooks/new/?like={webhook.quo_id}")


def test_copy_button_is_shown_to_operators_only(operator, viewer):
    webhook = make_webhook()

    way = f'href="/webhooks/new/?like={webhook.quo_id}">Create a copy'
    assert way in operator.get(webhook.get_absolute_url()).content.decode()
    assert "Create another" not in text(viewer.get(webhook.get_absolute_url()))


def test_form_is_prefilled_from_the_webhook_and_nothing_is_sent(operator):
    make_number(id="PN1")
    make_member()
    events = ["message.received", "message.delivered"]
    webhook = make_webhook(label="Desk", url=URL, resourceIds=["PN1"], events=events)

    response = like(operator, webhook)

    wanted = response.context["form"].to_webhook().to_json()
    assert wanted == {
        "events": events,
        "label": "Desk",
        "resourceIds": ["PN1"],
        "status": "enabled",
        "url": URL,
        "userId": "US4kQm81",
    }
    assert "Copied from “Desk”. Nothing was sent yet" in text(response)
    assert "left out" not in text(response)
    assert not Attempt.objects.exists()


def test_prefilled_form_shows_policy_warnings(operator):
    webhook = make_webhook(label="Desk", resourceIds=["*"])

    words = text(like(operator, webhook))

    assert "“Desk” already sends the same events" in words
    assert "All numbers" in words


def test_members_and_numbers_that_left_are_omitted_and_listed(operator):
    make_number(id="PN1")
    make_number(id="PN2", name="Old line")
    make_member()
    make_member(id="USold", firstName="Lena", lastName="Brandt")
    Number.objects.filter(quo_id="PN2").update(missing_since=NOON)
    Member.objects.filter(quo_id="USold").update(missing_since=NOON)
    webhook = make_webhook(resourceIds=["PN1", "PN2", "PN3"], userId="USold")

    response = like(operator, webhook)

    assert response.context["form"].to_webhook().resource_ids == ("PN1",)
    assert response.context["form"].to_webhook().user_id is None
    assert (
        "Left out because they are no longer in your company: number Old line, number PN3, "
        "member Lena Brandt." in text(response)
    )


def test_before_the_first_sync_no_creator_counts_as_left(operator):
    wanted = like(operator, make_webhook(resourceIds=["PN1"])).context["form"].to_webhook()

    assert wanted.resource_ids == ("PN1",)
    assert wanted.user_id == "US4kQm81"


def test_copy_of_a_disabled_webhook_is_enabled(operator):
    webhook = make_webhook(status="disabled")

    assert like(operator, webhook).context["form"].to_webhook().status == "enabled"


def test_missing_fields_are_empty_in_the_copy(operator):
    webhook = make_webhook(label=None, url=None, resourceIds=None)

    response = like(operator, webhook)

    assert "Enter the endpoint URL." in text(response)
    assert "resourceIds" in response.context["form"].errors


def test_only_message_webhooks_can_be_copied(operator):
    calls = make_webhook(events=["call.completed"])

    assert not like(operator, calls).context["form"].is_bound
    assert "Create another" not in text(operator.get(calls.get_absolute_url()))


@pytest.mark.parametrize("odd", ["", "x", "%00", "WHnone", "W" * 3000])
def test_unknown_webhook_gives_a_blank_form(operator, odd):
    assert not operator.get(f"/webhooks/new/?like={odd}").context["form"].is_bound


# Other families on their page


@pytest.mark.parametrize(
    ("events", "said"),
    [
        (["call.completed", "call.ringing"], "Events call.completed, call.ringing of"),
        (["call.summary.completed"], "Events call.summary.completed of"),
        (["call.transcript.completed"], "Events call.transcript.completed of"),
        (["contact.updated"], "Events contact.updated of"),
        (["fax.received"], "Events fax.received of"),
    ],
)
def test_webhook_with_other_event_types_has_a_summary_sentence(viewer, events, said):
    make_number(id="PN1", name="Front desk")
    webhook = make_webhook(events=events, resourceIds=["PN1"])
    make_webhook(events=events, resourceIds=["PN1"], url="https://other.example/")

    words = text(viewer.get(webhook.get_absolute_url()))

    assert f"{said} Front desk are sent to example.com" in words
    assert "Same texts" not in words or events == ["fax.received"]
