"""The heartbeats of workers, and how far the nightly checks of kept rows are."""

from datetime import datetime, timedelta

from django.db import models

from quo_admin import clock


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def newest(self) -> "Heartbeat | None":
        return self.order_by("-seen_at").first()

    def record(self, worker: str, *, now: datetime) -> None:
        """Store that this worker is alive, and delete workers without a heartbeat for a day.

        Heartbeats in the future are deleted too: a clock was wrong.
        """
        self.update_or_create(worker=worker, defaults={"seen_at": now})
        self.exclude(clock.within("seen_at", now=now, age=timedelta(days=1))).delete()


class Heartbeat(models.Model):
    """The last heartbeat of one worker process, named by its machine and process ID."""

    # a worker sends one every few seconds, also while it waits
    SILENT_AFTER = timedelta(seconds=60)

    worker = models.CharField(max_length=255, unique=True)
    seen_at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def is_stale(self, *, now: datetime) -> bool:
        return self.seen_at < now - self.SILENT_AFTER or clock.is_future(self.seen_at, now=now)


class KeptRowsCheckQuerySet(models.QuerySet["KeptRowsCheck"]):
    def take(self, name: str, *, now: datetime, every: timedelta) -> "KeptRowsCheck | None":
        """Return the check of these rows if it is due, for one worker only."""
        check, _ = self.get_or_create(name=name, defaults={"checked_at": now - every})
        not_due = clock.within("checked_at", now=now, age=every)
        due = self.filter(~not_due, pk=check.pk)
        return check if due.update(checked_at=now) else None


class KeptRowsCheck(models.Model):
    """The nightly check of one kind of kept rows: when it last ran, and where it continues."""

    name = models.CharField(max_length=50, unique=True)
    checked_at = models.DateTimeField()
    position = models.BigIntegerField(default=0)  # the last primary key that was checked

    objects = KeptRowsCheckQuerySet.as_manager()
