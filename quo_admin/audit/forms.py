"""The audit log's one form."""

from django import forms
from django.core.exceptions import ValidationError

from quo_admin.audit.chain import Head


class VerifyForm(forms.Form):
    """RateLimiter the head that was typed into a Head, None where there is none."""

    earlier = forms.CharField(
        label="A head printed earlier",
        required=False,
        help_text="If you have one. It shows whether the end was cut off since then, or the whole"
        " audit log written anew.",
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
                "This is no head. One reads NUMBER:HASH, with 64 digits from 0 to f after the"
                " colon. Spaces do no harm."
            ) from exc
