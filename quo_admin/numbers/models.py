"""Coverage of numbers, and notes about webhooks in the Quo app, which the API cannot see."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from quo_admin.webhooks.models.webhook import EVENT_WORDS
from quo_admin.workspace.models import Number


class NoteQuerySet(models.QuerySet["Note"]):
    def holding(self, begins: datetime | None = None, ends: datetime | None = None) -> Self:
        """Return the notes that apply now, or applied at any time of a period."""
        if begins is None or ends is None:
            return self.filter(ended_at=None)
        return self.filter(Q(ended_at=None) | Q(ended_at__gte=begins), given_at__lt=ends)


class Note(models.Model):
    """A note by a user that a webhook in the Quo app covers an event of a number."""

    number_id = models.CharField(max_length=255)  # Quo's ID, PN…
    event = models.CharField(max_length=30)
    text = models.TextField(blank=True)
    given_by = models.CharField(max_length=150)
    given_at = models.DateTimeField()
    ended_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="note_once_at_a_time_for_an_event_of_a_number",
                fields=["number_id", "event"],
                condition=Q(ended_at=None),
            )
        ]
        indexes = [models.Index(fields=["number_id", "event"], name="note_by_number")]

    @property
    def word(self) -> str:
        return EVENT_WORDS.get(self.event, self.event)


class Coverage(models.Model):
    """The coverage of one event of one number now, kept by ``numbers.update``.

    ``hosts`` are the first ones of webhooks that name the number, ``more`` counts the others:
    enabled webhooks, or disabled ones if none is enabled. Webhooks on all numbers count for the
    state only.
    """

    number = models.ForeignKey(
        Number, to_field="quo_id", on_delete=models.CASCADE, related_name="coverage"
    )
    event = models.CharField(max_length=30)
    state = models.CharField(max_length=20)  # of coverage.State
    since = models.DateTimeField()  # since when it has this state, as far as we know
    hosts = models.JSONField(default=list)
    more = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="coverage_once_per_event", fields=["number", "event"])
        ]
        indexes = [models.Index(fields=["event", "state", "since"], name="coverage_by_state")]


class NumberHost(models.Model):
    """A host that receives an event of a number now, kept by ``numbers.update``.

    It is that of one or more enabled webhooks that name the number, or "" if their URL has none.
    Webhooks on all numbers have no rows here: they would add one for every number.
    """

    number = models.ForeignKey(
        Number,
        to_field="quo_id",
        on_delete=models.CASCADE,
        related_name="hosts",
        db_index=False,  # the constraint's index begins with it
    )
    event = models.CharField(max_length=30)
    host = models.TextField(blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="number_host_once_per_event", fields=["number", "event", "host"]
            )
        ]
        indexes = [models.Index(fields=["event", "host", "number"], name="number_host_by_host")]
