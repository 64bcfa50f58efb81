"""A durable list of webhooks to create."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property

from quo_admin.webhooks.endpoints import host_of

PACKINGS = {
    "each": "One webhook per number",
    "packed": "Several numbers per webhook",
    "group": "One webhook per group",
}
PACKING_DETAILS = {
    "each": "One key for each number. A later change of one number replaces only its own webhook.",
    "packed": "Fewer webhooks and keys. A later change of one number replaces the webhook of its "
    "whole pack, and its key.",
    "group": "One webhook for each group in Quo, of any size, and one for numbers without a "
    "group. A later change of one number replaces its group’s webhook and key.",
}


class BatchQuerySet(models.QuerySet["Batch"]):
    def running(self) -> "BatchQuerySet":
        return self.filter(state=Batch.State.RUNNING)


class Batch(models.Model):
    """A plan of webhooks to create, and its state. Each webhook is a BatchRow.

    Each change of state is a compare-and-set: when two people act at once, one of them wins.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        STOPPED = "stopped", "Stopped"
        DONE = "done", "Done"

    state = models.CharField(max_length=7, choices=State.choices, default=State.DRAFT)
    row_count = models.IntegerField(null=True)  # null until the whole plan is written
    # The planner form as it was submitted, by field name
    form_data = models.JSONField()
    accepted = models.JSONField(default=list)  # names of the policies whose warnings were confirmed
    planned_by = models.CharField(max_length=150)
    planned_at = models.DateTimeField()
    started_by = models.CharField(max_length=150, blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)  # why the worker paused it

    objects = BatchQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            # Every page asks which batch runs; most have ended.
            models.Index(
                fields=["state"],
                name="batch_not_ended",
                condition=Q(state__in=["draft", "running", "paused"]),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="batch_state_is_known",
                condition=Q(state__in=["draft", "running", "paused", "stopped", "done"]),
            )
        ]

    def __str__(self) -> str:
        return f"Batch {self.pk}, {self.host}"

    def get_absolute_url(self) -> str:
        return reverse("batches:batch", args=[self.pk])

    @property
    def host(self) -> str:
        return host_of(self.form_data["url"])

    @cached_property
    def done(self) -> int:
        """How many of its rows are finished."""
        return (self.row_count or 0) - self.rows.unfinished().count()

    def step(self, state: str, *, now: datetime, **values: Any) -> bool:
        """Change the state if the row is still in the state we read; return whether it was."""
        ended = state in {self.State.DONE, self.State.STOPPED}
        values |= {"state": state, "ended_at": now if ended else None}
        if not Batch.objects.filter(pk=self.pk, state=self.state).update(**values):
            return False
        for name, value in values.items():
            setattr(self, name, value)
        return True
