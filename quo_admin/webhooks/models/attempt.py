"""Attempts to create a webhook, and their outcomes."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from quo_admin import clock
from quo_admin.quo.exceptions import Fault
from quo_admin.webhooks.endpoints import display_url
from quo_admin.webhooks.models.attempt_queryset import AttemptQuerySet
from quo_admin.webhooks.models.webhook import Webhook


class Attempt(models.Model):
    """One recorded attempt to create a webhook, and its outcome.

    Written before the call, so that a crash leaves a trace. Each change of state is a
    compare-and-set: when two processes end the same attempt, one of them wins.
    """

    class State(models.TextChoices):
        SENDING = "sending", "Sending"
        CREATED = "created", "Created"
        REJECTED = "rejected", "Rejected"
        UNKNOWN = "unknown", "Unknown"
        FOUND = "found", "Found"  # at Quo, after its response was lost
        NOT_CREATED = "not_created", "Not created"

    # A create takes at most 25 s, a look at Quo 20 s. A longer lease means a crash.
    LEASE = timedelta(seconds=45)

    actor = models.CharField(max_length=150)
    token = models.UUIDField(unique=True)  # of the form: one form, one attempt
    payload = models.JSONField()  # the body as it was sent
    state = models.CharField(max_length=12, choices=State.choices, default=State.SENDING)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    webhook = models.OneToOneField(
        Webhook, on_delete=models.PROTECT, null=True, related_name="attempt"
    )
    # Quo's error, if there was one
    status = models.IntegerField(null=True)
    code = models.TextField(blank=True)
    message = models.TextField(blank=True)
    trace = models.TextField(blank=True)

    # The search for the webhook after a lost response
    lease_until = models.DateTimeField(null=True)  # a process looks for it until then
    next_check_at = models.DateTimeField(null=True, db_index=True)  # null: nothing to look for
    check_count = models.IntegerField(default=0)  # lists from Quo without it
    candidates = models.JSONField(default=list)  # webhook IDs, if several match

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attempt_state_is_known",
                condition=Q(
                    state__in=[
                        *("sending", "created", "rejected"),
                        *("unknown", "found", "not_created"),
                    ]
                ),
            ),
            models.CheckConstraint(
                name="attempt_has_a_webhook_only_when_created_or_found",
                condition=Q(state__in=["created", "found"], webhook__isnull=False)
                | (~Q(state__in=["created", "found"]) & Q(webhook__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["-started_at", "-id"], name="attempt_newest_first")]

    def __str__(self) -> str:
        return f"attempt {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("webhooks:attempt", args=[self.pk])

    @property
    def mark(self) -> str:
        """The CSS kind of its state."""
        return MARKS[self.State(self.state)]

    @property
    def label(self) -> str:
        return self.payload.get("label") or ""

    @property
    def address(self) -> str:
        """The URL as lists may show it."""
        return display_url(self.payload["url"])

    @property
    def seconds(self) -> float | None:
        """The duration, or None while it has not ended."""
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else None

    @property
    def member(self) -> str | None:
        """The member ID in the request, or None for the workspace owner."""
        member: str | None = self.payload.get("userId")
        return member

    @property
    def sent_by(self) -> datetime:
        """The latest time at which the request can have been sent."""
        return self.ended_at or self.started_at + self.LEASE

    def is_in_flight(self, *, now: datetime) -> bool:
        """Whether it is being sent by a process that may still be running."""
        recent = self.started_at + self.LEASE > now and not self.is_future(now=now)
        return self.state == self.State.SENDING and recent

    def is_future(self, *, now: datetime) -> bool:
        """Whether it is dated in the future: a clock was wrong, or is wrong now."""
        return clock.is_future(max(self.started_at, self.ended_at or self.started_at), now=now)

    def end(
        self,
        state: State,
        *,
        webhook: Webhook | None = None,
        message: str = "",
        fault: Fault | None = None,
    ) -> None:
        """Store the outcome of the call. An unknown outcome is looked for at once.

        Raises:
            AttemptEnded: another process was faster.
        """
        unknown = state == self.State.UNKNOWN
        self.step(
            state,
            webhook=webhook,
            ended_at=clock.now(),
            message=message,
            status=fault.status if fault else None,
            code=fault.code if fault else "",
            trace=fault.trace if fault else "",
            next_check_at=clock.now() if unknown else None,
        )

    def step(self, state: State, **values: Any) -> None:
        """Change the state and end the lease, if the row is still in the state we read.

        Raises:
            AttemptEnded: another process was faster.
        """
        values |= {"state": state, "lease_until": None}
        if not Attempt.objects.filter(pk=self.pk, state=self.state).update(**values):
            raise AttemptEnded(f"attempt {self.pk} is no longer {self.state}")
        for name, value in values.items():
            setattr(self, name, value)


class AttemptEnded(Exception):
    """The attempt is no longer in the state we read."""


MARKS = {
    Attempt.State.SENDING: "run",
    Attempt.State.CREATED: "ok",
    Attempt.State.REJECTED: "bad",
    Attempt.State.UNKNOWN: "unk",
    Attempt.State.FOUND: "ok",
    Attempt.State.NOT_CREATED: "skip",
}
