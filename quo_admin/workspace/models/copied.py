"""What numbers and members have in common: a sync reads them as a whole list."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import models

ROWS_AT_ONCE = 200  # rows written in one transaction: other writers wait for it


class CopyQuerySet(models.QuerySet[Any]):
    """What numbers and members have in common: they exist now, or have left."""

    def current(self) -> Self:
        return self.filter(missing_since__isnull=True)

    def read_since(self, moment: datetime) -> bool:
        """Whether all current rows were seen since then, so that there are no others."""
        here = self.current()
        return here.exists() and not here.filter(last_seen_at__lt=moment).exists()

    def store_list(self, rows: "Iterable[CopiedFromQuo]", *, requested_at: datetime) -> None:
        """Store one complete list: new rows, changed rows, and rows that are not in it any more.

        Nothing is deleted. Rows that are not in the list are marked missing; rows that come back
        are unmarked and keep their ``first_seen_at``.

        Args:
            rows: unsaved rows, each with ``last_seen_at`` equal to ``requested_at``.
            requested_at: when the list was requested. Rows that were seen later are not missing.
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
        self.current().filter(last_seen_at__lt=requested_at).update(missing_since=requested_at)


class CopiedFromQuo(models.Model):
    """Something at Quo that a sync reads as a whole list."""

    quo_id = models.CharField(max_length=255, unique=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    missing_since = models.DateTimeField(null=True)

    class Meta:
        abstract = True
