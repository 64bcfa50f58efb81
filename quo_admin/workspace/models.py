"""Our copy of the company's numbers and members, and of when it was read."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from quo_admin.quo.types import MemberData, NumberData
from quo_admin.workspace.phone_numbers import digits, sought

ROWS_AT_ONCE = 200  # rows written in one transaction: other writers wait for it


class CopyQuerySet(models.QuerySet[Any]):
    """What numbers and members have in common: they exist now, or have left."""

    def current(self) -> Self:
        return self.filter(missing_since__isnull=True)

    def read_since(self, moment: datetime) -> bool:
        """Whether all current rows were seen since then, so that there are no others."""
        here = self.current()
        return here.exists() and not here.filter(last_seen_at__lt=moment).exists()

    def store_list(self, rows: "Iterable[CopiedFromQuo]", *, asked_at: datetime) -> None:
        """Store one complete list: new rows, changed rows, and rows that are not in it any more.

        Nothing is deleted. Rows that are not in the list are marked missing; rows that come back
        are unmarked and keep their ``first_seen_at``.

        Args:
            rows: unsaved rows, each with ``last_seen_at`` equal to ``asked_at``.
            asked_at: when the list was requested. Rows that were seen later are not missing.
        """
        unique = list({row.quo_id: row for row in rows}.values())
        kept = {"id", "quo_id", "first_seen_at"}
        columns = [
            field.name for field in self.model._meta.concrete_fields if field.name not in kept
        ]
        for start in range(0, len(unique), ROWS_AT_ONCE):
            self.bulk_create(
                unique[start : start + ROWS_AT_ONCE],
                update_conflicts=True,
                unique_fields=["quo_id"],
                update_fields=columns,
            )
        self.current().filter(last_seen_at__lt=asked_at).update(missing_since=asked_at)


class NumberQuerySet(CopyQuerySet):
    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the names of those of these numbers that we know."""
        return {number.quo_id: str(number) for number in self.filter(quo_id__in=list(ids))}

    def search(self, words: str) -> Self:
        """Find by name, by number in any spelling, or by ID; without words, everything."""
        words = words.strip()
        found = Q(name__icontains=words) | Q(quo_id__icontains=words)
        for spelled in sought(words):
            found |= Q(digits__contains=spelled)
        return self.filter(found) if words else self.all()


class MemberQuerySet(CopyQuerySet):
    def called(self, words: str) -> list[str]:
        """Return the IDs of members whose name or ID contains the words, ignoring case.

        In Python, because SQLite ignores case only in ASCII; members are few.
        """
        text = words.casefold()
        return [one.quo_id for one in self if text in f"{one}\n{one.quo_id}".casefold()]


class CopiedFromQuo(models.Model):
    """Something at Quo that a sync reads as a whole list."""

    quo_id = models.CharField(max_length=255, unique=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    missing_since = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Number(CopiedFromQuo):
    """One phone number of the company. Quo's own columns may be null: not returned by Quo."""

    name = models.TextField(null=True)
    number = models.TextField(null=True)
    digits = models.TextField(default="")  # of ``number``, for searches in any spelling
    group_id = models.TextField(null=True)
    member_ids = models.JSONField(default=list)
    porting_status = models.TextField(null=True)
    no_messaging_to = models.JSONField(default=list)  # regions, such as "US"
    created_at = models.DateTimeField(null=True)

    objects = NumberQuerySet.as_manager()

    class Meta:
        ordering = ["name", "quo_id"]

    def __str__(self) -> str:
        return self.name or self.spelled or self.quo_id

    @property
    def spelled(self) -> str:
        """The number as people in its country write it, if we know how: "(415) 555-0134"."""
        if match := re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", self.number or ""):
            return "({}) {}-{}".format(*match.groups())
        return self.number or ""

    @classmethod
    def of(cls, data: NumberData, *, now: datetime) -> "Number":
        """Return an unsaved row from one response."""
        return cls(
            quo_id=data.id,
            first_seen_at=now,
            last_seen_at=now,
            name=data.name,
            number=data.number,
            digits=digits(data.number or ""),
            group_id=data.group_id,
            member_ids=list(data.member_ids),
            porting_status=data.porting_status,
            no_messaging_to=list(data.no_messaging_to),
            created_at=data.created_at,
        )


class Member(CopiedFromQuo):
    """One Quo user of the company."""

    email = models.TextField(null=True)
    first_name = models.TextField(null=True)
    last_name = models.TextField(null=True)
    role = models.TextField(null=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["first_name", "last_name", "quo_id"]

    def __str__(self) -> str:
        name = " ".join(part for part in (self.first_name, self.last_name) if part)
        return name or self.email or self.quo_id

    @classmethod
    def of(cls, data: MemberData, *, now: datetime) -> "Member":
        """Return an unsaved row from one response."""
        return cls(
            quo_id=data.id,
            first_seen_at=now,
            last_seen_at=now,
            email=data.email,
            first_name=data.first_name,
            last_name=data.last_name,
            role=data.role,
        )


class SyncQuerySet(models.QuerySet["Sync"]):
    def newest(self) -> "Sync | None":
        return self.order_by("-started_at", "-id").first()

    def ended(self) -> Self:
        return self.filter(ended_at__isnull=False)

    def newest_complete(self) -> "Sync | None":
        """The last sync that read everything."""
        return self.ended().filter(failure="").newest()

    def newest_of(self, name: str) -> "Sync | None":
        """The last sync that read this, such as "numbers": how old our copy of it is."""
        return self.ended().filter(counts__has_key=name).newest()

    def open(self) -> "Sync | None":
        """The sync that is running, or was interrupted."""
        return self.filter(ended_at=None).newest()


class Sync(models.Model):
    """One reading of the workspace from Quo: when, by whom, how much, and what failed.

    A durable list of pieces. Any process may take the next piece by its lease, so a sync outlives
    the process that started it, and every page can show its progress.
    """

    # A piece takes at most 20 s at Quo, and storing thousands of new webhooks of one member
    # a minute more. A longer lease means a crash.
    LEASE = timedelta(minutes=3)
    LEFT_AFTER = timedelta(seconds=10)  # a worker takes the next piece at once

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    actor = models.CharField(max_length=150)
    counts = models.JSONField(default=dict)  # what was read, such as {"numbers": 34}
    failure = models.TextField(blank=True)  # a line for each thing that was not read

    # While it runs
    part = models.CharField(max_length=20, blank=True)  # what is being read
    pieces = models.JSONField(default=list)  # the pieces of it that are left
    planned = models.IntegerField(default=0)  # how many pieces this part has
    silences = models.IntegerField(default=0)  # how many pieces in a row got no response
    lease_until = models.DateTimeField(null=True)  # in the past: since when nobody reads a piece

    objects = SyncQuerySet.as_manager()

    def get_absolute_url(self) -> str:
        return reverse("workspace:sync", args=[self.pk])

    @property
    def faults(self) -> list[str]:
        return self.failure.splitlines()

    @property
    def failures(self) -> str:
        """What was not read, as sentences on one line."""
        return " ".join(f"{fault.rstrip('.')}." for fault in self.faults)

    @property
    def took(self) -> str:
        """The duration, such as "3.2 s"; "" while it runs."""
        if self.ended_at is None:
            return ""
        seconds = (self.ended_at - self.started_at).total_seconds()
        return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"

    def is_left(self, *, now: datetime) -> bool:
        """Whether nobody continues it: the process crashed, or nobody has started."""
        seen = self.lease_until or self.started_at
        return self.ended_at is None and seen + self.LEFT_AFTER < now

    @property
    def done(self) -> int:
        """How many pieces of the current part were read or failed."""
        return self.planned - len(self.pieces)

    def add(self, counts: dict[str, int]) -> None:
        self.counts |= {name: self.counts.get(name, 0) + n for name, n in counts.items()}
