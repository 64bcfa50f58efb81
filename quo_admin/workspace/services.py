"""The sweep: reading the whole workspace from Quo, piece by piece, by whoever has time."""

import logging
import time
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from quo_admin import locks
from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.quo import connect
from quo_admin.quo.exceptions import KeyRejected, NotSent, NoTurn, QuoError, QuoUnavailable
from quo_admin.worker.models import Beat
from quo_admin.workspace import progress
from quo_admin.workspace.models import Member, Number, Sweep
from quo_admin.workspace.parts import PARTS, Counts, Part, Shown

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)  # house rule: how old our picture of Quo may grow
AGAIN_AFTER_FAILURE = timedelta(minutes=10)
ENOUGH_SILENCES = 2  # pieces in a row without an answer: Quo is down, and asking on no use
LOOK_EVERY_S = 0.25  # while another process reads the next piece
PROGRESS = ("part", "pieces", "planned", "silences", "counts", "failure", "ended_at")


def begin(*, actor: str) -> Sweep:
    """Begin a sweep, or join the one that is going on: one at a time."""
    with transaction.atomic():
        locks.alone("begin a sweep")
        going_on = Sweep.objects.open()
        return going_on or Sweep.objects.create(started_at=timezone.now(), actor=actor)


def ask_for(*, actor: str) -> Sweep:
    """Have all read by the worker; where nobody is there to do it, read it before returning."""
    sweep, now = begin(actor=actor), timezone.now()
    beat = Beat.objects.newest()
    if beat is None or beat.is_silent(now=now) or sweep.is_left(now=now):
        return run(actor=actor)
    return sweep


def run(*, actor: str) -> Sweep:
    """Sweep from beginning to end, together with whoever else does; return how it ended.

    What could not be read is named in ``failure``, and stays here as it was.
    """
    sweep = begin(actor=actor)
    while sweep.ended_at is None:
        if not advance(sweep):
            time.sleep(LOOK_EVERY_S)
        sweep.refresh_from_db()
    return sweep


def sweep_next() -> bool:
    """Read the next piece of the sweep that is going on, or begin the one that is due.

    The worker's job.
    """
    sweep = Sweep.objects.open()
    if sweep is None and _is_due(now=timezone.now()):
        sweep = begin(actor="worker")
    return sweep is not None and advance(sweep)


def advance(sweep: Sweep) -> bool:
    """Read one piece, if nobody else is reading one, and return whether we did.

    No transaction is held while Quo is asked. Who was so slow that the lease ended writes nothing
    of the sweep: somebody else reads the piece again, which does no harm.
    """
    now = timezone.now()
    lease = now + Sweep.LEASE
    rows = Sweep.objects.filter(pk=sweep.pk, ended_at=None)
    if not rows.filter(Q(lease_until=None) | Q(lease_until__lte=now)).update(lease_until=lease):
        return False
    sweep.refresh_from_db()
    _take_next(sweep)
    told = {name: getattr(sweep, name) for name in PROGRESS}
    with transaction.atomic():
        ours = rows.filter(lease_until=lease).update(**told, lease_until=timezone.now())
        if ours and sweep.ended_at:
            _tell_end(sweep)
    return True


def _take_next(sweep: Sweep) -> None:
    """Read the next piece; where there is none, finish its part and plan the next one, or end."""
    if sweep.pieces:
        _read(sweep, PARTS[progress.place(sweep)])
        return
    place = progress.place(sweep)
    if place >= 0:
        sweep.add(PARTS[place].finish(sweep.actor, sweep.started_at))
    if place + 1 == len(PARTS):
        sweep.ended_at = timezone.now()
        return
    part = PARTS[place + 1]
    sweep.part, sweep.pieces = part.name, list(part.pieces())
    sweep.planned = len(sweep.pieces)


def _read(sweep: Sweep, part: Part) -> None:
    """Read one piece. What cannot be read is named, and where asking on is no use, all ends."""
    piece = sweep.pieces[0]
    try:
        sweep.add(part.read(piece, sweep.actor))
        sweep.silences = 0
    except (QuoError, DatabaseError) as exc:
        _not_read(sweep, part.words(piece), exc)
        refused = isinstance(exc, KeyRejected | NotSent) and not isinstance(exc, NoTurn)
        if refused or sweep.silences == ENOUGH_SILENCES:
            sweep.ended_at = timezone.now()
    sweep.pieces = sweep.pieces[1:]


def _not_read(sweep: Sweep, words: str, exc: Exception) -> None:
    """Name what could not be read, and go on: one that is not to be kept must not stop all."""
    if isinstance(exc, DatabaseError):
        log.error("%s could not be kept", words, exc_info=exc)
        why = "What Quo answered could not be kept; the log says why."
    else:
        why = str(exc)
    said = f"{words[0].upper()}{words[1:]}: {why}"
    sweep.failure = "\n".join(filter(None, [sweep.failure, said]))
    sweep.silences = sweep.silences + 1 if isinstance(exc, QuoUnavailable) else 0
    audit.record(
        actor=sweep.actor,
        action=Action.NOT_READ,
        target=sweep.pieces[0] or "workspace",
        after=said,
    )


def _tell_end(sweep: Sweep) -> None:
    counts = ", ".join(f"{count} {name}" for name, count in progress.told(sweep) if count)
    audit.record(
        actor=sweep.actor,
        action=Action.SWEEP_FAILED if sweep.failure else Action.SWEEP_FINISHED,
        target="workspace",
        after=". ".join(filter(None, [counts, sweep.said])),
    )


def _is_due(*, now: datetime) -> bool:
    newest = Sweep.objects.newest()
    pause = AGAIN_AFTER_FAILURE if newest and newest.failure else EVERY
    return newest is None or newest.started_at + pause <= now


# The workspace's own parts


def _read_members(piece: str, actor: str) -> Counts:
    asked_at = timezone.now()
    members = [Member.of(data, now=asked_at) for data in connect.client().list_users()]
    Member.objects.mirror(members, asked_at=asked_at)
    return {"members": len(members)}


def _read_numbers(piece: str, actor: str) -> Counts:
    asked_at = timezone.now()
    numbers = [Number.of(data, now=asked_at) for data in connect.client().list_phone_numbers()]
    Number.objects.mirror(numbers, asked_at=asked_at)
    return {"numbers": len(numbers)}


MEMBERS = Part(
    "members",
    lambda: [""],
    lambda piece: "members",
    _read_members,
    shown=lambda: [Shown("members")],
)
NUMBERS = Part(
    "numbers",
    lambda: [""],
    lambda piece: "numbers",
    _read_numbers,
    shown=lambda: [Shown("numbers", reverse("numbers:list"))],
)
