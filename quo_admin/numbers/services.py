"""Adding and removing notes about webhooks in the Quo app."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone

from quo_admin import locks
from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.numbers.coverage import EVENTS
from quo_admin.numbers.models import Note
from quo_admin.numbers.update import update as update_coverage
from quo_admin.workspace.models import Number


def note(*, actor: str, numbers: Sequence[Number], events: Collection[str], text: str) -> int:
    """Note that a webhook in the Quo app covers these events of each number.

    An existing note stays. Each number is a transaction of its own, with its audit entry.

    Args:
        events: names of EVENTS.

    Returns:
        How many numbers got a note.
    """
    return sum(_note(actor, number, events, text) for number in numbers)


def take_back(*, actor: str, note: Note) -> bool:
    """End a note, and return whether it still applied."""
    values = {"ended_by": actor, "ended_at": timezone.now()}
    with transaction.atomic():
        locks.exclusive(locks.WEBHOOKS)
        if not Note.objects.filter(pk=note.pk, ended_at=None).update(**values):
            return False
        update_coverage([note.number_id])
        names = Number.objects.names([note.number_id])
        audit.record(
            actor=actor,
            action=Action.NOTE_ENDED,
            target=note.number_id,
            label=names.get(note.number_id, note.number_id),
            before=_describe([note.event], note.text),
        )
    return True


def _note(actor: str, number: Number, events: Collection[str], text: str) -> bool:
    values = {"text": text, "given_by": actor, "given_at": timezone.now()}
    with transaction.atomic():
        locks.exclusive(locks.WEBHOOKS)
        added = []
        for event in [EVENTS[name] for name in EVENTS if name in events]:
            same = {"number_id": number.quo_id, "event": event, "ended_at": None}
            if Note.objects.get_or_create(**same, defaults=values)[1]:
                added.append(event)
        if added:
            update_coverage([number.quo_id])
            audit.record(
                actor=actor,
                action=Action.NUMBER_NOTED,
                target=number.quo_id,
                label=str(number),
                after=_describe(added, text),
            )
    return bool(added)


def _describe(events: Collection[str], text: str) -> str:
    words = " and ".join(name for name, event in EVENTS.items() if event in events)
    return ": ".join(filter(None, [words, text]))
