"""The worker verifies the audit log: new entries every minute, and the whole of it every day.

New entries are verified from where the last turn ended. That finds nothing that was altered before,
so a second verification goes from the first entry to there, a second of work each minute, and
begins anew a day after its end. Each turn first verifies the entry at the stored position again,
since a position that is trusted could hide what was done to the entries before it.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from quo_admin.audit import services
from quo_admin.audit.actions import Action
from quo_admin.audit.chain import START, Head
from quo_admin.audit.models import Checkpoint
from quo_admin.audit.services import Verdict

log = logging.getLogger(__name__)

NOT_INTACT = "Not intact. "  # in the audit log
SECONDS = 1  # of work in one turn
PAUSE = timedelta(minutes=1)  # between two turns
WHOLE_EVERY = timedelta(days=1)  # from the end of one to the start of the next
INTACT: dict[str, Any] = {"fault": "", "fault_at": None}


def verify_next() -> bool:
    """Verify a part of what is due. The worker's job."""
    for name, turn in ((Checkpoint.NEW, _verify_new), (Checkpoint.WHOLE, _verify_whole)):
        if row := Checkpoint.objects.take(name, now=timezone.now()):
            turn(row)
            return True
    return False


def _verify_new(row: Checkpoint) -> None:
    verdict = services.verify_again_from(row.head, seconds=SECONDS)
    pause = PAUSE if verdict.ended else timedelta()
    _store(row, verdict, reached=verdict.head, pause=pause)


def _verify_whole(row: Checkpoint) -> None:
    end = Checkpoint.objects.head()
    if end == START:
        verdict = Verdict(START, ended=False)
    else:
        verdict = services.verify_again_from(
            row.head, printed=[end], until=end.number, seconds=SECONDS
        )
    if verdict.ended and not verdict.fault:
        _store(row, verdict, reached=START, pause=WHOLE_EVERY)
    else:
        _store(row, verdict, reached=verdict.head, pause=PAUSE)


def _store(row: Checkpoint, verdict: Verdict, *, reached: Head, pause: timedelta) -> None:
    """Store the result, unless somebody else has stored one meanwhile.

    The position stays before a fault, so the fault is found again until it is repaired, and is gone
    once the end is reached. Its words stay as they were first, as entries added later change them.
    """
    now = timezone.now()
    values: dict[str, Any] = {"due_at": now + pause}
    if not verdict.fault:
        values |= {"number": reached.number, "hash": reached.hash}
        if verdict.ended:
            values |= INTACT | {"verified_at": now}
    elif not row.fault:
        values |= {"fault": verdict.fault.words, "fault_at": now}
    with transaction.atomic():
        stored = Checkpoint.objects.filter(pk=row.pk, due_at=row.due_at).update(**values)
        if stored and values.get("fault"):
            _report(values["fault"])


def _report(words: str) -> None:
    log.error("The audit log is not intact: %s", words)
    services.record(
        actor="worker",
        action=Action.AUDIT_LOG_VERIFIED,
        target="audit log",
        after=f"{NOT_INTACT}{words}",
    )


def store_result(head: Head, fault: str, *, now: datetime) -> None:
    """Store that a person verified everything from the first entry to a head.

    A worker that verifies meanwhile does not store its result: its lease has changed.
    """
    whole: dict[str, Any] = {"number": 0, "hash": "", "due_at": now}  # finds the fault again
    if fault:
        whole |= {"fault": fault, "fault_at": now}
    else:
        whole |= INTACT | {"verified_at": now, "due_at": now + WHOLE_EVERY}
        if Checkpoint.objects.head().number <= head.number:
            new = {"number": head.number, "hash": head.hash, "verified_at": now, "due_at": now}
            Checkpoint.objects.update_or_create(name=Checkpoint.NEW, defaults=INTACT | new)
    Checkpoint.objects.update_or_create(name=Checkpoint.WHOLE, defaults=whole)
