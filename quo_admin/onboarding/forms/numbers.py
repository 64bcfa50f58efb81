"""The first part of the planner's form: which numbers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from quo_admin.onboarding import files
from quo_admin.onboarding.entries import Entry, entries_of
from quo_admin.onboarding.parsing import ParsedNumbers, parse_numbers
from quo_admin.webhooks.create.fields import RepeatableTextarea, split_ids
from quo_admin.webhooks.create.typed_input import TypedInputForm
from quo_admin.workspace.models import ShortNumber


class NumbersForm(TypedInputForm):
    """Collects numbers from four places, and counts each number once.

    The places are the filter of /numbers/, the checkboxes, a pasted list, and a file. An entry that
    is not found is not an error: it is named and skipped.

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
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.xlsm,.xlsb,.ods,.csv,.tsv,.txt"}),
    )

    def __init__(
        self,
        *args: Any,
        filtered: Sequence[ShortNumber] = (),
        left_out: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.filtered = filtered
        self.left_out = left_out
        self.in_file = files.FileNumbers([])
        self._parsed: ParsedNumbers | None = None

    def clean_file(self) -> None:
        """Copy the numbers of the file into the pasted list, since browsers do not keep a file."""
        file = self.cleaned_data["file"]
        if self.left_out:
            raise ValidationError(files.TOO_LARGE)
        if file:
            try:
                self.in_file = files.read_numbers(file.read())
            except files.UnreadableFile as exc:
                raise ValidationError(str(exc)) from exc

    def clean(self) -> None:
        lines = self.list.splitlines()
        if len(lines) > files.MAX_ROWS:
            self.add_error(
                "pasted", f"A plan can have up to {files.MAX_ROWS:,} numbers. Split the list."
            )
        elif not self.parsed.numbers and "file" not in self.errors:
            self.add_error("pasted", self._none())

    def _none(self) -> str:
        if self.parsed.skipped:
            return "None of these is one of your Quo numbers."
        return "Select at least one number, paste a list or choose a file."

    @property
    def list(self) -> str:
        """The pasted list, followed by the entries of the file."""
        in_file = [entry.text for entry in self.in_file.entries]
        return "\n".join([part for part in (self.typed("pasted").rstrip(), *in_file) if part])

    @property
    def parsed(self) -> ParsedNumbers:
        """The numbers of all lists together. Call after is_valid(), to include the file."""
        if self._parsed is None:
            first = self.filtered if self["filter"].value() else ()
            ticked = split_ids(self.typed("resourceIds"))
            listed = [*entries_of(self.typed("pasted").splitlines()), *self.in_file.entries]
            entries = [*map(Entry, ticked), *listed[: files.MAX_ROWS]]
            self._parsed = parse_numbers(entries, first=first)
            self._parsed.add_empty(self.in_file.empty)
        return self._parsed
