"""The planner's form: which numbers, and which webhooks. It ends in one PlanRequest."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError

from quo_admin.batches.models.batch import PACKING_DETAILS, PACKINGS
from quo_admin.onboarding import files, labels
from quo_admin.onboarding.parsing import ParsedNumbers, parse_numbers
from quo_admin.onboarding.plan import PlanRequest
from quo_admin.quo import spec
from quo_admin.quo.types import clean
from quo_admin.webhooks.create.forms import (
    MessageWebhookForm,
    RepeatableTextarea,
    choice_label,
    split_ids,
)
from quo_admin.workspace.models import Number

PATTERN = "{name} – {number}"
CAP = 10  # numbers; with more there is a warning
LARGEST_CAP = 100  # numbers; our limit: nobody can review a larger pack
ASIDE_KEPT = 20  # entries that were not found, to be named on a page
ASIDE_WIDTH = 60  # characters of each


class PlanForm(forms.Form):
    """Turns the input into a PlanRequest. It saves nothing and calls nobody.

    Numbers come from four places and count once: the filter of /numbers/, the checkboxes, a pasted
    list, a file. An entry that is not found is not an error: it is named and skipped.

    Args:
        filtered: the numbers that the filter finds, used if it is checked.
        left_out: the file was too large to be received.
    """

    filter = forms.Field(required=False, widget=forms.CheckboxInput)
    resourceIds = forms.CharField(required=False, widget=RepeatableTextarea)
    pasted = forms.CharField(
        label="Paste a list",
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"}
        ),
    )
    file = forms.FileField(
        label="Upload a file",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
    )
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

    def __init__(
        self,
        *args: Any,
        filtered: Sequence[Number] = (),
        left_out: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.filtered = filtered
        self.left_out = left_out
        self._in_file: list[str] = []
        self._parsed: ParsedNumbers | None = None

    @classmethod
    def unchecked(cls, data: Any, **kwargs: Any) -> Self:
        """Return a form that shows what was typed so far, without errors."""
        bound = cls(data)
        names = [name for name in cls.base_fields if name != "file"]
        return cls(initial={name: bound[name].value() for name in names}, **kwargs)

    def clean_file(self) -> None:
        """Copy the numbers of the file into the pasted list, since browsers do not keep a file."""
        file = self.cleaned_data["file"]
        if self.left_out:
            raise ValidationError(files.TOO_LARGE)
        if file:
            try:
                self._in_file = files.read_numbers(file.read())
            except files.UnreadableFile as exc:
                raise ValidationError(str(exc)) from exc

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

    def clean(self) -> None:
        lines = self.list.splitlines()
        if len(lines) > files.MAX_ROWS:
            self.add_error(
                "pasted", f"A plan can have up to {files.MAX_ROWS:,} numbers. Split the list."
            )
        elif not self.parsed.numbers and "file" not in self.errors:
            self.add_error("pasted", self._none())

    def _none(self) -> str:
        if self.parsed.unknown:
            return "None of these is one of your Quo numbers."
        return "Select at least one number, paste a list or choose a file."

    @property
    def list(self) -> str:
        """The pasted list, followed by the entries of the file."""
        return "\n".join([part for part in (self.typed("pasted").rstrip(), *self._in_file) if part])

    @property
    def parsed(self) -> ParsedNumbers:
        """The numbers of all lists together. Call after is_valid(), to include the file."""
        if self._parsed is None:
            ids = [number.quo_id for number in self.filtered] if self["filter"].value() else []
            ticked = split_ids(self.typed("resourceIds"))
            lines = self.list.splitlines()[: files.MAX_ROWS]
            self._parsed = parse_numbers([*ids, *ticked, *lines])
        return self._parsed

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
            "unknown": [text[:ASIDE_WIDTH] for text in parsed.unknown[:ASIDE_KEPT]],
            "unknown_count": len(parsed.unknown),
            "doubles": parsed.doubles,
        }

    def typed(self, name: str) -> str:
        """Return the text in a field, valid or not, without characters we cannot store."""
        return clean(str(self[name].value() or ""))

    def typed_many(self, name: str) -> Iterable[str]:
        value = self[name].value()
        return value if isinstance(value, list | tuple | frozenset) else ()
