"""The planner's form: which numbers, and which webhooks. It ends in one PlanRequest."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from quo_admin.batches.models.batch import PACKING_DETAILS, PACKINGS
from quo_admin.onboarding import labels
from quo_admin.onboarding.forms.numbers import NumbersForm
from quo_admin.onboarding.plan import PlanRequest
from quo_admin.quo import spec
from quo_admin.webhooks.create.choices import choice_label
from quo_admin.webhooks.create.forms import MessageWebhookForm

PATTERN = "{name} – {number}"
CAP = 10  # numbers; with more there is a warning
LARGEST_CAP = 100  # numbers; our limit: nobody can review a larger pack


class PlanForm(NumbersForm):
    """Turns the input into a PlanRequest. It saves nothing and calls nobody."""

    events = MessageWebhookForm.base_fields["events"]
    url = MessageWebhookForm.base_fields["url"]
    userId = MessageWebhookForm.base_fields["userId"]
    pattern = forms.CharField(
        label="Labels",
        required=False,
        initial=PATTERN,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Placeholders: {name}, {number}, {group} and {row}.",
    )
    packing = forms.ChoiceField(
        label="Numbers per webhook",
        initial="each",
        choices=[
            (name, choice_label(word, PACKING_DETAILS[name])) for name, word in PACKINGS.items()
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select how to group the numbers."},
    )
    cap = forms.IntegerField(
        label="Numbers in one webhook",
        initial=CAP,
        required=False,
        min_value=1,
        max_value=LARGEST_CAP,
        widget=forms.NumberInput(attrs={"autocomplete": "off"}),
        help_text=f"For “Several numbers per webhook”. Up to {LARGEST_CAP}.",
    )
    accept = forms.Field(required=False, widget=forms.MultipleHiddenInput)

    def clean_pattern(self) -> str:
        pattern: str = self.cleaned_data["pattern"]
        if unknown := labels.unknown_words(pattern):
            named = ", ".join(f"{{{word}}}" for word in unknown)
            raise ValidationError(f"{named} is not a placeholder. {self['pattern'].help_text}")
        return pattern

    def clean_cap(self) -> int:
        return self.cleaned_data["cap"] or CAP

    def clean_accept(self) -> frozenset[str]:
        return frozenset(self.cleaned_data["accept"] or ())

    def to_plan_request(self) -> PlanRequest:
        """Return the request. Call only after is_valid()."""
        data = self.cleaned_data
        return PlanRequest(
            numbers=self.parsed.numbers,
            events=tuple(event for event in spec.MessageEvent if event in data["events"]),
            url=data["url"],
            packing=data["packing"],
            cap=data["cap"],
            pattern=data["pattern"],
            member=data["userId"] or None,
        )

    def to_form_data(self) -> dict[str, Any]:
        """Return the input, to fill the form in again, and the entries that were skipped.

        Call only after is_valid().
        """
        data = self.cleaned_data
        parsed = self.parsed
        return {
            "filter": bool(data["filter"]),
            "resourceIds": self.typed("resourceIds"),
            "pasted": self.list,
            "events": data["events"],
            "url": data["url"],
            "userId": data["userId"],
            "pattern": data["pattern"],
            "packing": data["packing"],
            "cap": data["cap"],
            "accept": sorted(data["accept"]),
            "rows": parsed.rows,
            "found": len(parsed.numbers),
            "doubles": parsed.doubles,
            "skipped": [skipped.row for skipped in parsed.skipped],
            "notes": self.in_file.notes,
        }
