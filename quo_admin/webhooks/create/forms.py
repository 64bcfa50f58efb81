"""The form of a new message webhook, with a field for each request property."""

import re
from collections.abc import Iterable
from typing import Any, Self
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString

from quo_admin.quo import spec
from quo_admin.quo.exceptions import Fault
from quo_admin.quo.types import NewMessageWebhook, clean
from quo_admin.webhooks.create import validators


def choice_label(word: str, meaning: str, value: str = "") -> SafeString:
    """Return the label of a choice, with its meaning below."""
    code = format_html(" <code>{}</code>", value) if value else ""
    return format_html("{}<small>{}{}</small>", word, meaning, code)


EVENT_CHOICES = [
    (event.value, choice_label(word, meaning, event.value))
    for event, word, meaning in (
        (
            spec.MessageEvent.RECEIVED,
            "Message received",
            "Somebody sends a message to one of the numbers.",
        ),
        (
            spec.MessageEvent.DELIVERED,
            "Message delivered",
            "A message that you sent has reached the other phone.",
        ),
    )
]
STATUS_CHOICES = [
    (
        spec.Status.ENABLED.value,
        choice_label("Enabled", "Deliveries start as soon as Quo creates the webhook."),
    ),
    (
        spec.Status.DISABLED.value,
        choice_label(
            "Disabled (permanent)",
            "Quo cannot enable it later. You would have to create another webhook.",
        ),
    ),
]


# Not type="url": its value must be a URL, and a wrong one has to come back to be corrected.
URL_INPUT = {
    "inputmode": "url",
    "autocomplete": "off",
    "autocapitalize": "none",
    "spellcheck": "false",
    "placeholder": "https://",
    "list": "addresses",
}


def split_ids(text: str) -> tuple[str, ...]:
    """Return IDs separated by commas, spaces or lines, in order, without duplicates."""
    return tuple(dict.fromkeys(part for part in re.split(r"[\s,]+", text) if part))


class RepeatableTextarea(forms.Textarea):
    """A text area whose name may be posted several times. Its value is one line for each."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name)
        if not isinstance(values, list):
            return str(values) if values is not None else None
        return "\n".join(dict.fromkeys(value for value in values if value))


class NumberIdsField(forms.CharField):
    """Number IDs, or ``*`` for all: selected, typed or pasted. Cleans to a tuple of IDs."""

    widget = RepeatableTextarea(
        attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"}
    )

    def clean(self, value: Any) -> tuple[str, ...]:
        ids = split_ids(super().clean(value))
        validators.validate_resource_ids(ids)
        return ids


class MemberIdField(forms.CharField):
    """A member ID, selected or typed."""

    widget = RepeatableTextarea

    def clean(self, value: Any) -> str:
        if "\n" in (value or "").strip():
            raise ValidationError("Select a member or enter an ID, not both.", code="mixed")
        return str(super().clean(value))


class MessageWebhookForm(forms.Form):
    """Turns what was typed into a NewMessageWebhook. It saves nothing and calls nobody.

    Beside the properties of the request it has ``accept``, the names of the policies whose
    warnings are confirmed, and ``token``, so that one form creates one webhook.
    """

    label = forms.CharField(
        label="Label",
        required=False,
        help_text="Optional. Describe what the webhook is for.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    resourceIds = NumberIdsField(
        label="Numbers",
        required=False,  # validate_resource_ids has a better message
        help_text="Which phone numbers? Select them or paste IDs.",
    )
    events = forms.MultipleChoiceField(
        label="Events",
        choices=EVENT_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        help_text="Select at least one.",
        error_messages={"required": "Select at least one event."},
    )
    url = forms.CharField(
        label="Endpoint URL",
        validators=[validators.validate_webhook_url],
        widget=forms.TextInput(attrs=URL_INPUT),
        help_text="Where Quo sends the events.",
        error_messages={"required": "Enter the endpoint URL."},
    )
    userId = MemberIdField(
        label="Member",
        required=False,
        validators=[validators.validate_user_id],
        help_text="The Quo member that the webhook belongs to.",
    )
    status = forms.ChoiceField(
        label="Status",
        required=False,
        initial=spec.DEFAULT_STATUS.value,
        choices=STATUS_CHOICES,
        widget=forms.RadioSelect,
        help_text="You cannot change the status later.",
    )
    accept = forms.Field(required=False, widget=forms.MultipleHiddenInput)
    token = forms.Field(required=False, widget=forms.HiddenInput)

    @classmethod
    def unchecked(cls, data: Any) -> Self:
        """Return a form that shows what was typed so far, without errors."""
        bound = cls(data)
        return cls(initial={name: bound[name].value() for name in cls.base_fields})

    def clean_accept(self) -> frozenset[str]:
        return frozenset(self.cleaned_data["accept"] or ())

    def clean_token(self) -> UUID:
        return read_token(self.cleaned_data["token"])

    def to_webhook(self) -> NewMessageWebhook:
        """Return the request. Call only after is_valid()."""
        data = self.cleaned_data
        return NewMessageWebhook(
            events=tuple(event for event in spec.MessageEvent if event in data["events"]),
            label=data["label"] or None,
            resource_ids=data["resourceIds"],
            status=spec.Status(data["status"] or spec.DEFAULT_STATUS),
            url=data["url"],
            user_id=data["userId"] or None,
        )

    def add_fault(self, fault: Fault | None) -> None:
        """Show Quo's errors at their fields: ``/url``, ``/resourceIds/0``."""
        for entry in fault.fields if fault else ():
            named = [part for part in entry.path.split("/") if part in spec.REQUEST_PROPERTIES]
            if named:
                why = entry.message or "no reason given"
                self.add_error(named[0], f"Quo rejected this value: {why}.")

    def typed(self, name: str) -> str:
        """Return the text in a field, valid or not, without characters we cannot store."""
        return clean(str(self[name].value() or ""))

    def typed_many(self, name: str) -> Iterable[str]:
        value = self[name].value()
        return value if isinstance(value, list | tuple | frozenset) else ()


def read_token(text: object) -> UUID:
    """Return the posted token, or a new one."""
    try:
        return UUID(str(text))
    except ValueError:
        return uuid4()
