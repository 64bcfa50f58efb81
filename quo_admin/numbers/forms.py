"""The form of a note."""

from django import forms

from quo_admin.numbers.coverage import EVENTS
from quo_admin.quo.types import clean

MOST = 100  # numbers noted at once: a page of the list
LONGEST = 500  # characters of a note; our limit: a line, not a letter


class NoteForm(forms.Form):
    """RateLimiter what was typed into events and a text. Numbers are none of its business."""

    events = forms.MultipleChoiceField(
        label="Texts",
        choices=[(name, name.capitalize()) for name in EVENTS],
        initial=["received"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )
    text = forms.CharField(
        label="What you know",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Where they go, and how you know. Never a key: everybody here can read it.",
    )

    def clean_text(self) -> str:
        return clean(self.cleaned_data["text"])
