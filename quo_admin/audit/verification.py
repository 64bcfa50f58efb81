"""A verification on a page, done in chunks so that no request takes long.

Its state is signed in its URL, so it needs no row and no worker, survives a reload, and may
continue on another server.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self

from django.core import signing
from django.db import transaction
from django.utils import timezone

from quo_admin import locks
from quo_admin.audit import services
from quo_admin.audit.actions import Action
from quo_admin.audit.background import NOT_INTACT, store_result
from quo_admin.audit.chain import START, Head
from quo_admin.audit.models import Checkpoint, Entry
from quo_admin.audit.tampering import Fault
from quo_admin.times import exact

STEP_S = 3  # how long one request may verify
TOKEN_MAX_AGE = timedelta(days=1)
SALT = "verify the audit log"


class InvalidToken(Exception):
    """The link is invalid, belongs to another person, or is more than a day old."""


@dataclass(frozen=True)
class Verification:
    """The progress: everything up to ``reached`` is intact, and ``head`` is the end.

    ``earlier`` was printed, and ``known`` is what the worker had verified at the start.
    """

    by: str
    started: datetime
    head: Head
    earlier: Head | None
    known: Head = START
    reached: Head = START

    @property
    def token(self) -> str:
        state = [self.started.isoformat(), self.head, self.earlier, self.known, self.reached]
        return signing.dumps(state, salt=SALT + self.by)

    @classmethod
    def read(cls, token: str, *, by: str) -> Self:
        """Return the verification in a token.

        Raises:
            InvalidToken: the token is not valid.
        """
        try:
            started, head, earlier, known, reached = signing.loads(
                token, salt=SALT + by, max_age=TOKEN_MAX_AGE
            )
        except signing.BadSignature as exc:
            raise InvalidToken from exc
        return cls(
            by,
            datetime.fromisoformat(started),
            Head(*head),
            Head(*earlier) if earlier else None,
            Head(*known),
            Head(*reached),
        )


@dataclass(frozen=True)
class Result:
    """The result of a verification, in the words of the audit log."""

    moment: datetime | None
    by: str
    holds: bool
    words: str

    @classmethod
    def by_entry(cls, entry: Entry) -> Self:
        holds = not entry.after.startswith(NOT_INTACT)
        end = ". " if holds else " Started "
        words = entry.after.removeprefix(NOT_INTACT).partition(end)[0]
        return cls(entry.moment, entry.actor, holds, f"{words}." if holds else words)


@dataclass(frozen=True)
class Step:
    """The result of one chunk. ``result`` is set once all chunks are verified."""

    verification: Verification
    result: Result | None = None


def begin(*, by: str, earlier: Head | None) -> Verification:
    """Return a new verification of the audit log. Nothing is verified yet."""
    known = Checkpoint.objects.head()  # first, as the worker may go on to the next entries
    return Verification(by, datetime.now(UTC), Entry.objects.head(), earlier, known)


def resume(token: str, *, by: str) -> Step:
    """Verify the next chunk. The result is recorded in the audit log once, however often it is
    read.

    Raises:
        InvalidToken: the token is not valid.
    """
    here = Verification.read(token, by=by)
    verdict = services.verify_from(
        here.reached,
        printed=[here.head, here.known, *([here.earlier] if here.earlier else [])],
        until=here.head.number,
        seconds=STEP_S,
    )
    reached = replace(here, reached=verdict.head)
    if not verdict.ended:
        return Step(reached)
    return Step(reached, Result.by_entry(_note(reached, verdict.fault)))


def _note(here: Verification, fault: Fault | None) -> Entry:
    text = _describe(here, fault)
    with transaction.atomic():
        locks.exclusive("append to the audit log")
        recorded = Entry.objects.filter(
            action=Action.AUDIT_LOG_VERIFIED, actor=here.by, after=text, number__gt=here.head.number
        ).first()
        if recorded:
            return recorded
        store_result(here.head, fault.words if fault else "", now=timezone.now())
        return services.record(
            actor=here.by, action=Action.AUDIT_LOG_VERIFIED, target="audit log", after=text
        )


def _describe(here: Verification, fault: Fault | None) -> str:
    started = f"Started {exact(here.started)}."
    if fault:
        return f"{NOT_INTACT}{fault.words} {started}"
    earlier = f" The earlier head, {here.earlier}, matches." if here.earlier else ""
    count = f"{here.head.number:,} entr{'y' if here.head.number == 1 else 'ies'}"
    intact = f"{count}, none altered, removed, inserted or reordered."
    return f"{intact}{earlier} Head {here.head}. {started}"
