"""The form that lets a finding stand for a while."""

from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

USUAL = timedelta(days=90)
LONGEST = timedelta(days=365)  # our limit: once a year somebody looks again
LONGEST_REASON = 500  # characters; it is read in a list


def in_days(span: timedelta) -> date:
    """Return the day in UTC that lies so far ahead."""
    return timezone.now().date() + span


class AcknowledgeForm(forms.Form):
    """A reason and a last day. It saves nothing."""

    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why may it stand? Colleagues and auditors read this, and the audit log keeps it.",
        error_messages={"required": "Say in a few words why it may stand."},
    )
    until = forms.DateField(
        label="Until",
        initial=lambda: in_days(USUAL),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The last day, in UTC. Then it is open again. At most a year ahead.",
        error_messages={
            "required": "Enter the day until which it may stand.",
            "invalid": "Enter a day as year, month, day: 2027-02-28.",
        },
    )

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until < in_days(timedelta()):
            raise ValidationError("That day is over. Enter today or a later one.", code="over")
        if until > in_days(LONGEST):
            latest = in_days(LONGEST)
            raise ValidationError(f"At most a year ahead: {latest} or earlier.", code="too_late")
        return until
