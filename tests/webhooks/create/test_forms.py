import pytest
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from quo_admin.quo import spec
from quo_admin.webhooks.create.forms import MessageWebhookForm
from tests.factories import create_form


def filled(**changes):
    data = {
        name: value if isinstance(value, list) else [value]
        for name, value in create_form(**changes).items()
    }
    return MessageWebhookForm(MultiValueDict(data))


def test_fields_are_the_properties_of_the_request():
    own = {"accept", "token"}

    assert set(MessageWebhookForm().fields) - own == set(spec.REQUEST_PROPERTIES)


def test_valid_form_builds_the_request():
    form = filled(
        label="Desk",
        events=["message.delivered", "message.received"],
        resourceIds=["PN1", "PN2"],
        status="disabled",
        userId="US1",
    )

    assert form.is_valid(), form.errors
    assert form.to_webhook().to_json() == {
        "events": ["message.received", "message.delivered"],
        "label": "Desk",
        "resourceIds": ["PN1", "PN2"],
        "status": "disabled",
        "url": "https://example.com/quo",
        "userId": "US1",
    }


def test_empty_fields_are_omitted_and_status_defaults_to_enabled():
    form = filled(label=None, status=None, userId=None)

    assert form.is_valid(), form.errors
    assert form.to_webhook().to_json() == {
        "events": ["message.received"],
        "resourceIds": ["*"],
        "status": "enabled",
        "url": "https://example.com/quo",
    }


@pytest.mark.parametrize(
    "typed",
    [
        ["PN1", "PN2"],
        ["PN1,PN2"],
        ["PN1\r\n PN2 ,, "],
        ["PN1 PN2", "PN1"],
    ],
)
def test_ids_are_parsed_from_any_format_and_deduplicated(typed):
    form = filled(resourceIds=typed)

    assert form.is_valid(), form.errors
    assert form.to_webhook().resource_ids == ("PN1", "PN2")


def test_duplicate_event_is_sent_once():
    form = filled(events=["message.received", "message.received"])

    assert form.is_valid()
    assert form.to_webhook().events == (spec.MessageEvent.RECEIVED,)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("events", [], "required"),
        ("events", ["call.ringing"], "invalid_choice"),
        ("resourceIds", [], "required"),
        ("resourceIds", [" ,\n"], "required"),
        ("resourceIds", ["PN1", "*"], "mixed"),
        ("resourceIds", ["pn1"], "phone_number_id"),
        ("resourceIds", ["PN1\x00"], "null_characters_not_allowed"),
        ("status", "paused", "invalid_choice"),
        ("url", "", "required"),
        ("url", "example.com/quo", "uri"),
        ("url", "https://exämple.com", "uri"),
        ("url", "https://example.com/a b", "uri"),
        ("url", "ftp://example.com", "webhook_url"),
        ("url", "javascript:alert(1)", "webhook_url"),
        ("url", "https:///path", "webhook_url"),
        ("url", "https://@", "webhook_url"),
        ("url", "https://ada:secret@example.com", "webhook_url"),
        ("userId", "1", "user_id"),
        ("label", "a\x00b", "null_characters_not_allowed"),
    ],
)
def test_invalid_value_gives_an_error_on_its_field(field, value, code):
    form = filled(**{field: value})

    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert form.errors.as_data()[field][0].code == code


@pytest.mark.parametrize("label", ["", "x" * 10_000, "“quotes” & <b>", "🙂"])
def test_any_label_is_valid(label):
    assert filled(label=label).is_valid()


@pytest.mark.parametrize("ids", [["PN"], ["PN/../x"], ["PNü"], ["PN" + "9" * 1000]])
def test_any_id_valid_by_the_api_specification_is_accepted(ids):
    assert filled(resourceIds=ids).is_valid()


def test_input_is_kept():
    form = MessageWebhookForm(QueryDict("resourceIds=PN1,PN2&resourceIds=oops&url=nowhere"))

    assert not form.is_valid()
    assert form["resourceIds"].value() == "PN1,PN2\noops"
    assert form["url"].value() == "nowhere"


def test_help_and_errors_are_linked_to_their_input():
    form = filled(url="nowhere")

    html = str(form["url"])
    assert 'aria-describedby="id_url_helptext id_url_error"' in html
    assert 'aria-invalid="true"' in html


@pytest.mark.parametrize(
    "url",
    [" https://example.com/quo", "https://example.com/quo\n", "\u00a0https://example.com/quo\t "],
)
def test_whitespace_around_the_url_is_removed(url):
    form = MessageWebhookForm(create_form(url=url))

    assert form.is_valid()
    assert form.to_webhook().url == "https://example.com/quo"
