"""What numbers and members have in common: a sync reads them as a whole list."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.dispatch import Signal

from quo_admin import clock, locks
from quo_admin.chunks import in_chunks

ROWS_AT_ONCE = 200  # rows written in one transaction: other writers wait for it


class CopyQuerySet(models.QuerySet[Any]):
    """What numbers and members have in common: they exist now, or have left."""

    def current(self) -> Self:
        return self.filter(missing_since__isnull=True)

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the names of those of these that we know, by Quo's ID."""
        return {id: str(row) for id, row in self.named(ids).items()}

    def named(self, ids: Iterable[str]) -> dict[str, Any]:
        """Return those of these that we know, read only as far as their names need."""
        columns = ("quo_id", *self.model.NAME_COLUMNS)
        return self.only(*columns).order_by().in_bulk(set(ids), field_name="quo_id")

    def read_since(self, moment: datetime) -> bool:
        """Whether all current rows were seen since then, so that there are no others."""
        here = self.current()
        unseen = clock.not_since("last_seen_at", moment, now=clock.now())
        return here.exists() and not here.filter(unseen).exists()

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
        is_first = not self.exists()
        known = set(self.current().values_list("quo_id", flat=True))
        for chunk in in_chunks(unique, ROWS_AT_ONCE):
            with self._changing([row.quo_id for row in chunk if row.quo_id not in known]):
                self.bulk_create(
                    chunk, update_conflicts=True, unique_fields=["quo_id"], update_fields=columns
                )
        unseen = clock.not_since("last_seen_at", requested_at, now=clock.now())
        rows_left = self.current().filter(unseen)
        ids_left = list(rows_left.values_list("quo_id", flat=True))
        for ids in in_chunks(ids_left, ROWS_AT_ONCE):
            with self._changing(ids):
                rows_left.filter(quo_id__in=ids).update(missing_since=requested_at)
        if is_first and unique:
            with self._changing(None):
                pass

    @contextmanager
    def _changing(self, ids: list[str] | None) -> Iterator[None]:
        """Change rows in a transaction; at its end, let others know which came, left or are back.

        The lock comes before every other, as for webhooks: what is kept about both is the same.
        """
        with transaction.atomic():
            if ids != []:
                locks.exclusive(locks.WEBHOOKS)
            yield
            if ids != []:
                self.model.changed.send(sender=self.model, ids=ids)


class CopiedFromQuo(models.Model):
    """Something at Quo that a sync reads as a whole list."""

    quo_id = models.CharField(max_length=255, unique=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    missing_since = models.DateTimeField(null=True)

    NAME_COLUMNS: ClassVar[tuple[str, ...]]  # what a row's name is made of
    changed: ClassVar[Signal]  # sent when some are new, missing or back: see workspace/signals.py

    class Meta:
        abstract = True
