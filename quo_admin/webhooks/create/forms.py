"""The form of a new message webhook, with a field for each request property."""

from uuid import UUID, uuid4

from django import forms

from quo_admin.quo import spec
from quo_admin.quo.exceptions import Fault
from quo_admin.quo.types import NewMessageWebhook
from quo_admin.webhooks.create import validators
from quo_admin.webhooks.create.choices import EVENT_CHOICES, STATUS_CHOICES
from quo_admin.webhooks.create.fields import MemberIdField, NumberIdsField
from quo_admin.webhooks.create.typed_input import TypedInputForm

# Not type="url": its value must be a URL, and a wrong one has to come back to be corrected.
URL_INPUT = {
    "inputmode": "url",
    "autocomplete": "off",
    "autocapitalize": "none",
    "spellcheck": "false",
    "placeholder": "https://",
    "list": "addresses",
}


class MessageWebhookForm(TypedInputForm):
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


def read_token(text: object) -> UUID:
    """Return the posted token, or a new one."""
    try:
        return UUID(str(text))
    except ValueError:
        return uuid4()
