"""How attempts stand: those that are lost, and the addresses of their list."""

from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.webhooks.models import Attempt
from quo_admin.webhooks.models.attempt import AttemptQuerySet

SEVERAL = "several"  # our word beside the states: unknown, and only a person can tell

State = Attempt.State


def is_lost(attempt: Attempt, *, now: datetime) -> bool:
    """Say whether nobody knows how it ended: no answer came, or a crash cut it off."""
    if attempt.state == State.SENDING:
        return not attempt.is_in_flight(now=now)
    return bool(attempt.state == State.UNKNOWN)


def in_state(state: str) -> AttemptQuerySet:
    """Return the attempts in this state, those with several candidates, or without a state all."""
    if state == SEVERAL:
        return Attempt.objects.filter(state=State.UNKNOWN).exclude(candidates=[])
    return Attempt.objects.filter(state=state) if state else Attempt.objects.all()


def address(state: str, **place: int) -> str:
    """Return the address of the list of these, and of a place in it."""
    asked = ({"state": state} if state else {}) | place
    return reverse("webhooks:attempts") + (f"?{urlencode(asked)}" if asked else "")


def attempt_by_number(number: str) -> Attempt | None:
    """Return the attempt that an address names by its number, if there is one."""
    if not number.isdecimal() or len(number) > 18:
        return None
    return Attempt.objects.filter(pk=int(number)).first()
