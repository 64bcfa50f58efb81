"""The audit log, and how far the worker has verified it."""

from datetime import date, datetime, timedelta
from typing import Protocol, Self

from django.db import models
from django.db.models import BooleanField, Func, Q, Subquery
from django.db.models.functions import Coalesce

from quo_admin.audit.actions import MARKS, Action
from quo_admin.audit.chain import START, Head

# Computed once: reading the enumeration takes longer than reading an entry.
ACT_WORDS: dict[str, str] = {action.value: str(action.label) for action in Action}
ACT_MARKS = {action.value: mark for action, mark in MARKS.items()}

HIGHEST = 2**63 - 1
DAY = timedelta(days=1)


class NamesKey(Func):
    """Whether a text names a signing key, by its fingerprint.

    Without parameters, because SQLite recognizes the condition of an index only as it is written.
    """

    template = "SUBSTR(%(expressions)s, 1, 12) = 'fingerprint '"
    arity = 1
    output_field = BooleanField()


class Found(Protocol):
    """The entries that match filters and a search."""

    def numbers(
        self, *, above: int = 0, below: int = HIGHEST, oldest_first: bool = False, limit: int
    ) -> list[int]: ...


class EntryQuerySet(models.QuerySet["Entry"]):
    def newest_first(self) -> Self:
        return self.order_by("-number")

    def numbers(
        self, *, above: int = 0, below: int = HIGHEST, oldest_first: bool = False, limit: int
    ) -> list[int]:
        """Return the numbers of entries, newest first, between two numbers without these."""
        found = self.order_by("number" if oldest_first else "-number")
        if above > 0:
            found = found.filter(number__gt=above)
        if below < HIGHEST:
            found = found.filter(number__lt=below)
        return list(found.values_list("number", flat=True)[:limit])

    def since(self, day: date) -> Self:
        """Return the entries of this day (UTC) and later.

        The day becomes a number, so that pages are read in their order. Several machines number
        entries, hence the margin of a day: their clocks do not differ by more.
        """
        before = Entry.objects.filter(at__lt=_first_moment(day - DAY)).order_by("-at")
        last_before = Coalesce(Subquery(before.values("number")[:1]), 0)
        return self.filter(number__gt=last_before, at__gte=_first_moment(day))

    def until(self, day: date) -> Self:
        """Return the entries of this day (UTC) and earlier."""
        after = Entry.objects.filter(at__gt=_last_moment(day + DAY)).order_by("at")
        first_after = Coalesce(Subquery(after.values("number")[:1]), HIGHEST)
        return self.filter(number__lt=first_after, at__lte=_last_moment(day))

    def head(self) -> Head:
        """Return the head: number and hash of the last entry, or START without one."""
        last = self.newest_first().values_list("number", "hash").first()
        return Head(*last) if last else START


def _first_moment(day: date) -> str:
    return f"{day}T00:00:00.000000Z"


def _last_moment(day: date) -> str:
    return f"{day}T23:59:59.999999Z"


class Entry(models.Model):
    """Who did what, to what, when. Written once by ``record()``; the database refuses changes.

    Text only and no foreign keys, so that deletions elsewhere cannot reach it. ``number`` has no
    gaps, unlike ids.
    """

    number = models.BigIntegerField(unique=True)
    at = models.CharField(
        max_length=27, help_text="UTC, ISO 8601 with microseconds and Z; sorts as text."
    )
    actor = models.TextField(help_text="Username, “command”, or nothing for somebody unknown.")
    action = models.TextField()
    target = models.TextField(help_text="The id of what it was done to.")
    label = models.TextField(help_text="What that was called then.")
    before = models.TextField()
    after = models.TextField()
    ip = models.TextField()
    request_id = models.TextField()
    canonical = models.TextField(help_text="The text that was hashed; see chain.py.")
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["target", "-number"], name="entry_by_target"),
            models.Index(fields=["actor", "-number", "action"], name="entry_by_actor"),
            models.Index(fields=["action", "-number", "actor"], name="entry_by_action"),
            models.Index(fields=["at", "number"], name="entry_by_moment"),
            models.Index(  # for key access: it has every column that the page sums up
                fields=["actor", "target", "after", "action", "at"],
                name="entry_by_key",
                condition=Q(NamesKey("after")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"

    @property
    def webhook_id(self) -> str:
        """The Quo ID of the webhook that the entry is about, or ""."""
        return self.target if self.target.startswith("WH") else ""

    @property
    def moment(self) -> datetime | None:
        """When it was, or None if the text was tampered with and is not a time."""
        try:
            return datetime.fromisoformat(self.at)
        except ValueError:
            return None

    @property
    def act(self) -> str:
        """The label of the action; an unknown one is its own."""
        return ACT_WORDS.get(self.action, self.action)

    @property
    def mark(self) -> str:
        """The kind of state that marks the action, or ""."""
        return ACT_MARKS.get(self.action, "")


class CheckpointQuerySet(models.QuerySet["Checkpoint"]):
    def head(self) -> Head:
        """Return the last of the new entries that was verified, or START."""
        row = self.filter(name=Checkpoint.NEW).values_list("number", "hash").first()
        return Head(*row) if row else START

    def take(self, name: str, *, now: datetime) -> "Checkpoint | None":
        """Return a checkpoint that is due, for one worker only until its lease ends."""
        row, _ = self.get_or_create(name=name, defaults={"due_at": now})
        lease = now + Checkpoint.LEASE
        if not self.filter(pk=row.pk, due_at=row.due_at, due_at__lte=now).update(due_at=lease):
            return None
        row.due_at = lease
        return row


class Checkpoint(models.Model):
    """How far one of the worker's two verifications is; see background.py.

    Everything up to ``number`` was intact when it was verified. Whoever can write to the database
    can change this row too, so the other verification starts from the first entry again and again.
    """

    NEW = "new entries"
    WHOLE = "whole audit log"
    LEASE = timedelta(minutes=2)

    name = models.CharField(max_length=20, unique=True)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    verified_at = models.DateTimeField(
        null=True, help_text="When it last reached the end and everything was intact."
    )
    fault = models.TextField(blank=True, help_text="In words, as long as it is found.")
    fault_at = models.DateTimeField(null=True, help_text="When the fault was found.")
    due_at = models.DateTimeField(help_text="When it continues; meanwhile the lease of a worker.")

    objects = CheckpointQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    @property
    def head(self) -> Head:
        return Head(self.number, self.hash)
