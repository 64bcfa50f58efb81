"""Writing to the audit log, and verifying it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import NamedTuple

from django.db import transaction

from quo_admin import locks
from quo_admin.audit import origin, tampering
from quo_admin.audit.actions import Action
from quo_admin.audit.chain import START, Head, canonical_text, clean, digest
from quo_admin.audit.models import Checkpoint, Entry
from quo_admin.audit.tampering import Fault

STEP = 500  # entries read at once
LONGEST_TARGET = 255  # characters: as long as an ID can be, and short enough for its index


def record(
    *,
    actor: str,
    action: Action,
    target: str = "",
    label: str = "",
    before: str = "",
    after: str = "",
) -> Entry:
    """Append one entry, in the caller's transaction if there is one. Never pass a secret.

    Other writers wait for that transaction, so record last and commit soon.

    Args:
        actor: username, "command", or "" if nobody is signed in.
        target: the ID of the object; label is its name.
        before, after: what changed, in words.
    """
    change = Change(target, label, before, after)
    [entry] = record_all(actor=actor, action=action, changes=[change])
    return entry


class Change(NamedTuple):
    """What one entry is about; the same fields as of ``record``."""

    target: str = ""
    label: str = ""
    before: str = ""
    after: str = ""


def record_all(*, actor: str, action: Action, changes: Sequence[Change]) -> list[Entry]:
    """Append an entry for each of these changes, a few hundred at most, as ``record`` does."""
    here = origin.current()
    entries = []
    with transaction.atomic():
        locks.exclusive("append to the audit log")
        last = Entry.objects.head()
        at = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        for change in changes:
            fields = change._asdict() | {
                "actor": actor, "action": Action(action).value,
                "ip": here.ip, "request_id": here.request_id,
            }  # fmt: skip
            values = {name: clean(str(text)) for name, text in fields.items()}
            values["target"] = values["target"][:LONGEST_TARGET]
            entry = Entry(number=last.number + 1, at=at, **values)
            entry.canonical = canonical_text(vars(entry), previous=last.hash)
            entry.hash = digest(entry.canonical)
            entries.append(entry)
            last = Head(entry.number, entry.hash)
        Entry.objects.bulk_create(entries)
    return entries


@dataclass(frozen=True)
class Verdict:
    """The result of a verification: the chain is intact up to ``head``; then the fault, if any.

    ``ended``: there is nothing more to verify.
    """

    head: Head
    fault: Fault | None = None
    ended: bool = True


def verify(head: Head | None = None) -> Verdict:
    """Verify the whole chain and stop at the first fault. Reads in steps, without a transaction.

    A cut end or a rewritten chain is detected up to the head that the worker verified last, which
    is in the same database.

    Args:
        head: one that was printed earlier and kept elsewhere.
    """
    known = Checkpoint.objects.head()
    return verify_from(START, printed=[known, head] if head else [known])


def verify_again_from(
    position: Head, *, printed: Collection[Head] = (), until: int | None = None, seconds: float
) -> Verdict:
    """Continue from a position that was stored, as ``verify_from`` does.

    Its entry is verified again first: it must still be there, and have the hash that was stored.
    """
    before = Entry.objects.filter(number__lt=position.number).head() if position.number else START
    return verify_from(before, printed=[position, *printed], until=until, seconds=seconds)


def verify_from(
    last: Head, *, printed: Collection[Head], until: int | None = None, seconds: float | None = None
) -> Verdict:
    """Continue from an intact entry, and stop at the first fault, or when time is up.

    Args:
        printed: heads that were printed earlier.
        until: the number of the last entry to verify, by default the last one.
        seconds: when to stop. At least one step runs.
    """
    stop_at = None if seconds is None else monotonic() + seconds
    while entries := _next(last, until):
        for entry in entries:
            fault = tampering.find(entry, after=last)
            if fault:
                return Verdict(last, fault)
            last = Head(entry.number, entry.hash)
            for head in printed:
                if last.number == head.number and last != head:
                    return Verdict(last, tampering.rewritten(head))
        more = len(entries) == STEP
        if more and stop_at is not None and monotonic() >= stop_at:
            return Verdict(last, ended=False)
    for head in printed:
        if last.number < head.number:
            return Verdict(last, tampering.truncated(head, last))
    return Verdict(last)


def _next(last: Head, until: int | None) -> list[Entry]:
    """Return the next entry in the table, which may have any number if it was tampered with.

    An entry may be there twice, so the one that was verified is skipped.
    """
    entries = Entry.objects.order_by("number", "id")
    if until is not None:
        entries = entries.filter(number__lte=until)
    if last == START:
        return list(entries[:STEP])
    return list(entries.filter(number__gte=last.number)[1 : STEP + 1])
