"""A durable list of webhooks to create."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

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
    """A plan, and how far it has been carried out. The rows are items.

    Each step of the state is a compare-and-set, so that of two people who press one wins.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        STOPPED = "stopped", "Stopped"
        DONE = "done", "Done"

    state = models.CharField(max_length=7, choices=State.choices, default=State.DRAFT)
    row_count = models.IntegerField(null=True)  # how many; null until all of the plan is written
    # What was asked for in the planner, under the names of its form's fields
    asked = models.JSONField()
    accepted = models.JSONField(default=list)  # names of the policies that may be broken
    planned_by = models.CharField(max_length=150)
    planned_at = models.DateTimeField()
    started_by = models.CharField(max_length=150, blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)  # why it paused itself

    objects = BatchQuerySet.as_manager()

    class Meta:
        default_permissions = ()
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
        return host_of(self.asked["url"])

    def step(self, state: str, *, now: datetime, **told: Any) -> bool:
        """Step to a state if the row still is in the state that we saw; return whether it was."""
        ended = state in {self.State.DONE, self.State.STOPPED}
        told |= {"state": state, "ended_at": now if ended else None}
        if not Batch.objects.filter(pk=self.pk, state=self.state).update(**told):
            return False
        for name, value in told.items():
            setattr(self, name, value)
        return True
