"""The sync: reading the whole workspace from Quo, piece by piece, by any process."""

import logging
import time
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction

from quo_admin import clock, locks
from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.audit.chain import Head
from quo_admin.database_outage import UNAVAILABLE
from quo_admin.quo.exceptions import (
    KeyRejected,
    NotSent,
    QuoError,
    QuoUnavailable,
    RateLimitWaitTooLong,
)
from quo_admin.times import exact
from quo_admin.worker.models import Heartbeat
from quo_admin.workspace import sync_progress
from quo_admin.workspace.models import Sync
from quo_admin.workspace.sync_parts import PARTS, Part

log = logging.getLogger(__name__)

SYNC_INTERVAL = timedelta(hours=1)  # our limit: how old our copy may become
RETRY_INTERVAL_AFTER_FAILURE = timedelta(minutes=10)
MAX_FAILURES_IN_A_ROW = 2  # pieces in a row without a response: Quo is down, and going on is no use
LOOK_EVERY_S = 0.25  # while another process reads the next piece
PROGRESS = ("part", "pieces", "planned", "failures_in_a_row", "counts", "failure", "ended_at")


def begin(*, actor: str) -> Sync:
    """Start a sync, or return the one that is running: one at a time."""
    with transaction.atomic():
        locks.exclusive("begin a sync")
        if going_on := Sync.objects.open():
            return going_on
        now = clock.now()
        _log_wrong_clocks(now=now)
        return Sync.objects.create(started_at=now, actor=actor)


def request_sync(*, actor: str) -> Sync:
    """Let the worker sync; without a worker, sync before returning."""
    sync, now = begin(actor=actor), clock.now()
    beat = Heartbeat.objects.newest()
    if beat is None or beat.is_stale(now=now) or sync.is_abandoned(now=now):
        return run(actor=actor)
    return sync


def run(*, actor: str) -> Sync:
    """Sync from start to end, together with other processes; return the ended sync.

    What could not be read is named in ``failure``, and our copy of it stays as it was.
    """
    sync = begin(actor=actor)
    while sync.ended_at is None:
        if not advance(sync):
            time.sleep(LOOK_EVERY_S)
        sync.refresh_from_db()
    return sync


def sync_next() -> bool:
    """Read the next piece of the running sync, or start the one that is due.

    The worker's job.
    """
    sync = Sync.objects.open()
    if sync is None and _is_due(now=clock.now()):
        sync = begin(actor="worker")
    return sync is not None and advance(sync)


def advance(sync: Sync) -> bool:
    """Read one piece, if nobody else is reading one, and return whether we did.

    No transaction is held while waiting for Quo. A process so slow that its lease ended stores
    nothing of the sync: another one reads the piece again, which does no harm.
    """
    now = clock.now()
    lease = now + Sync.LEASE
    rows = Sync.objects.filter(pk=sync.pk, ended_at=None)
    if not rows.filter(clock.free("lease_until", now=now, length=Sync.LEASE)).update(
        lease_until=lease
    ):
        return False
    sync.refresh_from_db()
    _take_next(sync)
    values = {name: getattr(sync, name) for name in PROGRESS}
    with transaction.atomic():
        ours = rows.filter(lease_until=lease).update(**values, lease_until=clock.now())
        if ours and sync.ended_at:
            _record_sync_end(sync)
    return True


def _take_next(sync: Sync) -> None:
    """Read the next piece; without one, finish its part and plan the next part, or end."""
    if sync.pieces:
        _read(sync, PARTS[sync_progress.place(sync)])
        return
    place = sync_progress.place(sync)
    if place >= 0:
        sync.add(PARTS[place].finish(sync.actor, sync.started_at))
    if place + 1 == len(PARTS):
        sync.ended_at = clock.now()
        return
    part = PARTS[place + 1]
    sync.part, sync.pieces = part.name, list(part.pieces())
    sync.planned = len(sync.pieces)


def _read(sync: Sync, part: Part) -> None:
    """Read one piece. A failure is recorded; if going on is no use, the sync ends."""
    piece = sync.pieces[0]
    try:
        sync.add(part.read(piece, sync.actor))
        sync.failures_in_a_row = 0
    except (QuoError, DatabaseError) as exc:
        _not_read(sync, part.words(piece), exc)
        refused = isinstance(exc, KeyRejected | NotSent) and not isinstance(
            exc, RateLimitWaitTooLong
        )
        if refused or sync.failures_in_a_row == MAX_FAILURES_IN_A_ROW:
            sync.ended_at = clock.now()
    sync.pieces = sync.pieces[1:]


def _not_read(sync: Sync, words: str, exc: Exception) -> None:
    """Record what could not be read, and continue: one bad response must not stop the sync."""
    if isinstance(exc, DatabaseError):
        log.error("%s could not be kept", words, exc_info=not isinstance(exc, UNAVAILABLE))
        why = "The response from Quo could not be stored. See the server log."
    else:
        why = str(exc)
    message = f"{words[0].upper()}{words[1:]}: {why}"
    sync.failure = "\n".join(filter(None, [sync.failure, message]))
    sync.failures_in_a_row = sync.failures_in_a_row + 1 if isinstance(exc, QuoUnavailable) else 0
    audit.record(
        actor=sync.actor,
        action=Action.NOT_READ,
        target=sync.pieces[0] or "workspace",
        after=message,
    )


def _record_sync_end(sync: Sync) -> None:
    """Record the end, and log the head, so that a log collector keeps it outside the database."""
    counts = ", ".join(f"{count} {name}" for name, count in sync_progress.all_counts(sync) if count)
    entry = audit.record(
        actor=sync.actor,
        action=Action.SYNC_FAILED if sync.failure else Action.SYNC_FINISHED,
        target="workspace",
        after=". ".join(filter(None, [counts, sync.failures])),
    )
    head = Head(entry.number, entry.hash)
    transaction.on_commit(lambda: log.info("Audit log head: %s", head))


def _is_due(*, now: datetime) -> bool:
    newest = Sync.objects.newest()
    if newest is None or newest.is_future(now=now):
        return True
    pause = RETRY_INTERVAL_AFTER_FAILURE if newest.failure else SYNC_INTERVAL
    return newest.started_at + pause <= now


def _log_wrong_clocks(*, now: datetime) -> None:
    newest, ahead = Sync.objects.newest(), clock.ahead()
    if newest and newest.is_future(now=now):
        log.warning(
            "The last sync is dated %s, in the future: a clock is or was wrong. This sync checks "
            "everything again.",
            exact(newest.latest_time),
        )
    if abs(ahead) > clock.TOLERANCE:
        log.warning(
            "This server’s clock is %s the database’s. Correct it.", clock.difference_words(ahead)
        )
