"""The form that snoozes a finding."""

from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

DEFAULT_DURATION = timedelta(days=90)
LONGEST = timedelta(days=365)  # our limit: somebody looks at it again once a year
LONGEST_REASON = 500  # characters; it is read in a list


def in_days(span: timedelta) -> date:
    """Return the day (UTC) this many days from now."""
    return timezone.now().date() + span


class AcknowledgeForm(forms.Form):
    """A reason and a last day. It saves nothing."""

    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Your reason is recorded in the audit log.",
        error_messages={"required": "Enter a reason."},
    )
    until = forms.DateField(
        label="Snooze until",
        initial=lambda: in_days(DEFAULT_DURATION),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The finding opens again after this day (UTC). Up to one year.",
        error_messages={
            "required": "Enter a date.",
            "invalid": "Enter a date, such as 2027-02-28.",
        },
    )

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until < in_days(timedelta()):
            raise ValidationError("Enter today or a later date.", code="over")
        if until > in_days(LONGEST):
            latest = in_days(LONGEST)
            raise ValidationError(f"Enter {latest} or an earlier date.", code="too_late")
        return until
