"""Queries on attempts by their state, and the URLs of their list."""

from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.webhooks.models import Attempt
from quo_admin.webhooks.models.attempt_queryset import AttemptQuerySet

SEVERAL = "several"  # our state beside those of attempts: unknown, and a person has to decide

State = Attempt.State


def is_lost(attempt: Attempt, *, now: datetime) -> bool:
    """Whether its outcome is unknown: no response came, or a crash interrupted it."""
    if attempt.state == State.SENDING:
        return not attempt.is_in_flight(now=now)
    return bool(attempt.state == State.UNKNOWN)


def in_state(state: str) -> AttemptQuerySet:
    """Return the attempts in this state, or all of them without one.

    Unknown attempts with several candidates are in SEVERAL only, so no attempt is in two lists.
    """
    if state == SEVERAL:
        return Attempt.objects.filter(state=State.UNKNOWN).exclude(candidates=[])
    if state == State.UNKNOWN:
        return Attempt.objects.filter(state=state, candidates=[])
    return Attempt.objects.filter(state=state) if state else Attempt.objects.all()


def address(state: str, **place: int) -> str:
    """Return the URL of the list of these attempts, and of a page in it."""
    query = ({"state": state} if state else {}) | place
    return reverse("webhooks:attempts") + (f"?{urlencode(query)}" if query else "")


def attempt_by_number(number: str) -> Attempt | None:
    """Return the attempt with this number, if there is one."""
    if not number.isdecimal() or len(number) > 18:
        return None
    return Attempt.objects.filter(pk=int(number)).first()
