"""The form of a new message webhook: a field for each property, under the document's own name."""

import re
from typing import Any

from django import forms

from quo_admin.quo import spec
from quo_admin.quo.types import NewMessageWebhook
from quo_admin.webhooks import validators

EVENT_LABELS = {
    spec.MessageEvent.RECEIVED: "Received: a text that someone sends to one of the numbers",
    spec.MessageEvent.DELIVERED: "Delivered: a text of ours, once it has reached the other phone",
}
STATUS_LABELS = {
    spec.Status.ENABLED: "Enabled: texts flow from the moment Quo answers",
    spec.Status.DISABLED: "Disabled, for ever: Quo cannot enable it later",
}


class RepeatableTextarea(forms.Textarea):
    """A text area whose name may be posted several times; the posts are taken line by line."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name)
        return "\n".join(values) if isinstance(values, list) else values


class NumberIdsField(forms.CharField):
    """Ids of numbers, or ``*`` for all: repeated, or pasted with commas, spaces or lines between.

    Cleans to a tuple of ids without doubles, in the order typed.
    """

    widget = RepeatableTextarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "off"})

    def clean(self, value: Any) -> tuple[str, ...]:
        text = super().clean(value)
        ids = tuple(dict.fromkeys(part for part in re.split(r"[\s,]+", text) if part))
        validators.validate_resource_ids(ids)
        return ids


class MessageWebhookForm(forms.Form):
    """Turns what was typed into a NewMessageWebhook. It saves nothing and calls nobody."""

    label = forms.CharField(
        label="Label",
        required=False,
        help_text="What is it for? Staff will look for this name.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    resourceIds = NumberIdsField(
        label="Numbers",
        required=False,  # its own validator asks for at least one, in better words
        help_text="Ids that begin with PN, separated by commas, spaces or lines, "
        "or * for all numbers, those bought later too.",
    )
    events = forms.MultipleChoiceField(
        label="Texts",
        choices=[(event.value, label) for event, label in EVENT_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="At least one of the two.",
        error_messages={"required": "Choose received, delivered or both."},
    )
    url = forms.CharField(
        label="Goes to",
        strip=False,  # white space is for the validator to refuse; browsers trim it before
        validators=[validators.validate_webhook_url],
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
        help_text="The address of the receiving system.",
        error_messages={"required": "Enter the address that the texts will go to."},
    )
    userId = forms.CharField(
        label="Member",
        required=False,
        validators=[validators.validate_user_id],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Quo lists the webhook under this member: an id that begins with US. "
        "Left empty, it is the workspace's owner.",
    )
    status = forms.ChoiceField(
        label="Status",
        required=False,
        initial=spec.DEFAULT_STATUS.value,
        choices=[(status.value, label) for status, label in STATUS_LABELS.items()],
        widget=forms.RadioSelect,
        help_text="Cannot be changed afterwards.",
    )

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
