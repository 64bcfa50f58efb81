"""The sweep: reading the company's members and numbers from Quo into our mirror."""

from django.db import transaction
from django.utils import timezone

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.quo import connect
from quo_admin.quo.exceptions import QuoError
from quo_admin.workspace.models import Member, Number, Sweep


class SweepFailed(Exception):
    """Quo could not be read. What we have stays as it was. The text is for the staff member."""


def sweep(*, actor: str) -> Sweep:
    """Read all members and numbers, then write them over ours.

    Everything is read before anything is written, so a failure halfway changes nothing but the
    record that it failed. No transaction is held while Quo is asked.

    Args:
        actor: username of the staff member, or the command, for the trail.

    Raises:
        SweepFailed: the mirror is unchanged; pages say since when it is stale.
    """
    reading = Sweep.objects.create(started_at=timezone.now(), actor=actor)
    try:
        quo = connect.client()
        asked_at = reading.started_at
        members = [Member.of(data, now=asked_at) for data in quo.list_users()]
        numbers = [Number.of(data, now=asked_at) for data in quo.list_phone_numbers()]
    except QuoError as exc:
        _end(reading, Action.SWEEP_FAILED, failure=str(exc))
        raise SweepFailed(f"Quo could not be read, so nothing here changed. {exc}") from exc

    Member.objects.mirror(members, asked_at=asked_at)
    Number.objects.mirror(numbers, asked_at=asked_at)
    reading.members, reading.numbers = len(members), len(numbers)
    _end(reading, Action.SWEEP_FINISHED)
    return reading


def _end(reading: Sweep, action: Action, *, failure: str = "") -> None:
    reading.ended_at = timezone.now()
    reading.failure = failure
    told = failure or f"{reading.members} members, {reading.numbers} numbers"
    with transaction.atomic():
        reading.save()
        audit.record(actor=reading.actor, action=action, target="workspace", after=told)
