"""The syncs: each reading of the workspace from Quo."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from quo_admin import clock


class SyncQuerySet(models.QuerySet["Sync"]):
    def newest(self) -> "Sync | None":
        """The one that was started last: one at a time, so by ID. A clock may be wrong."""
        return self.order_by("-pk").first()

    def ended(self) -> Self:
        return self.filter(ended_at__isnull=False)

    def newest_complete(self) -> "Sync | None":
        """The last sync that read everything."""
        return self.ended().filter(failure="").newest()

    def newest_of(self, name: str) -> "Sync | None":
        """The last sync that read this, such as "numbers": how old our copy of it is."""
        return self.ended().filter(counts__has_key=name).newest()

    def with_notices(self, *, since: datetime) -> Self:
        return self.ended().filter(started_at__gte=since).exclude(notices="").order_by("-pk")

    def add_notice(self, sentence: str) -> None:
        """Add a sentence to the sync that is running, once if a piece is read again."""
        if (sync := self.open()) and sentence not in sync.notices.splitlines():
            notices = "\n".join(filter(None, [sync.notices, sentence]))
            self.filter(pk=sync.pk).update(notices=notices)

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
    ABANDONED_AFTER = timedelta(seconds=10)  # a worker takes the next piece at once

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    actor = models.CharField(max_length=150)
    counts = models.JSONField(default=dict)  # what was read, such as {"numbers": 34}
    failure = models.TextField(blank=True)  # a line for each thing that was not read

    notices = models.TextField(blank=True)  # a line for each thing that people should check

    # While it runs
    part = models.CharField(max_length=20, blank=True)  # what is being read
    pieces = models.JSONField(default=list)  # the pieces of it that are left
    planned = models.IntegerField(default=0)  # how many pieces this part has
    failures_in_a_row = models.IntegerField(default=0)  # how many pieces in a row got no response
    lease_until = models.DateTimeField(null=True)  # in the past: since when nobody reads a piece

    objects = SyncQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["started_at"], name="sync_with_notices", condition=~Q(notices="")),
        ]

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

    @property
    def latest_time(self) -> datetime:
        return max(self.started_at, self.ended_at or self.started_at)

    def is_future(self, *, now: datetime) -> bool:
        """Whether it is dated in the future: a clock was wrong, or is wrong now."""
        return clock.is_future(self.latest_time, now=now)

    def is_abandoned(self, *, now: datetime) -> bool:
        """Whether nobody continues it: the process crashed, or nobody has started."""
        seen = self.lease_until or self.started_at
        left = seen + self.ABANDONED_AFTER < now or clock.is_future(seen - self.LEASE, now=now)
        return self.ended_at is None and left

    @property
    def done(self) -> int:
        """How many pieces of the current part were read or failed."""
        return self.planned - len(self.pieces)

    def add(self, counts: dict[str, int]) -> None:
        self.counts |= {name: self.counts.get(name, 0) + n for name, n in counts.items()}
