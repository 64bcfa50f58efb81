"""The form of a note."""

from django import forms

from quo_admin.numbers.coverage import EVENTS
from quo_admin.quo.storable_text import clean

MOST = 100  # numbers in one note: a page of the list
LONGEST = 500  # characters; our limit


class NoteForm(forms.Form):
    """Turns the input into events and a text. The numbers are handled by the view."""

    events = forms.MultipleChoiceField(
        label="Events",
        choices=[(name, name.capitalize()) for name in EVENTS],
        initial=["received"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one event."},
    )
    text = forms.CharField(
        label="Note",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Describe the webhook in the Quo app. Everyone here can read this. Never enter a "
        "key.",
    )

    def clean_text(self) -> str:
        return clean(self.cleaned_data["text"])
