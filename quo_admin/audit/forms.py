"""The form of the audit log."""

from django import forms
from django.core.exceptions import ValidationError

from quo_admin.audit.chain import Head


class VerifyForm(forms.Form):
    """Turns the input into a Head, or None if there is none."""

    earlier = forms.CharField(
        label="Earlier head",
        required=False,
        help_text="Optional. Detects entries that were removed from the end, and a rewritten"
        " audit log.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_earlier(self) -> Head | None:
        typed = "".join(self.cleaned_data["earlier"].split()).lower()
        if not typed:
            return None
        try:
            return Head.read(typed)
        except ValueError as exc:
            raise ValidationError(
                "Enter a head as NUMBER:HASH, with 64 hexadecimal digits after the colon."
            ) from exc
