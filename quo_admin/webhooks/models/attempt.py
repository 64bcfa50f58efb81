"""The attempts to create a webhook, and how each ended."""

from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from quo_admin.quo.exceptions import Fault
from quo_admin.quo.types import NewMessageWebhook
from quo_admin.webhooks.endpoints import display_url
from quo_admin.webhooks.models.cursor import CursorQuerySet
from quo_admin.webhooks.models.webhook import Webhook

# Our limit: a webhook that appears later was not created by that request.
LATEST = timedelta(hours=1)


class AttemptQuerySet(CursorQuerySet["Attempt"]):
    moment = "started_at"

    def open(self) -> Self:
        """Return those that may still make, or may have made, a webhook that is not known here."""
        return self.filter(state__in=[Attempt.State.SENDING, Attempt.State.UNKNOWN])

    def begin(self, *, actor: str, wanted: NewMessageWebhook, token: UUID) -> "Attempt":
        """Write down the intention, before anything is sent."""
        now = timezone.now()
        return self.create(
            actor=actor,
            token=token,
            payload=wanted.to_json(),
            started_at=now,
            next_look_at=now + Attempt.LEASE,
        )

    def to_reconcile(self, *, now: datetime) -> Self:
        """Return those whose webhook may still turn up at Quo.

        Unknown ones, those that a crash left in sending, those in flight (which are in the way of
        others like them), and those that were given up lately; but not by a person, who had
        candidates and refused them.
        """
        recently = Q(state=Attempt.State.NOT_CREATED, started_at__gt=now - LATEST, candidates=[])
        return self.filter(Q(state__in=[Attempt.State.UNKNOWN, Attempt.State.SENDING]) | recently)

    def take_due(self, *, now: datetime) -> "Attempt | None":
        """Lease the attempt that is to be looked for next, if one is due, to one caller only."""
        due = self.open().filter(
            Q(lease_until=None) | Q(lease_until__lte=now), next_look_at__lte=now
        )
        for attempt in due.order_by("next_look_at")[:10]:
            if due.filter(pk=attempt.pk).update(lease_until=now + Attempt.LEASE):
                attempt.lease_until = now + Attempt.LEASE
                return attempt
        return None


class Attempt(models.Model):
    """One recorded intention to create a webhook, and how it ended.

    Written before the call, so that a crash leaves a trace. Each step of the state is a
    compare-and-set: of two who end the same attempt, one wins.
    """

    class State(models.TextChoices):
        SENDING = "sending", "Sending"
        CREATED = "created", "Created"
        REJECTED = "rejected", "Not created"
        UNKNOWN = "unknown", "Unknown"
        FOUND = "found", "Adopted"  # found at Quo after its answer was lost
        NOT_CREATED = "not_created", "Not created"

    # A create takes at most 25 s, a look 20 s. What holds a lease for longer than this is dead.
    LEASE = timedelta(seconds=45)

    actor = models.CharField(max_length=150)
    token = models.UUIDField(unique=True)  # of the form that was sent: one form, one attempt
    payload = models.JSONField()  # the body as it was sent
    state = models.CharField(max_length=12, choices=State.choices, default=State.SENDING)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    webhook = models.OneToOneField(
        Webhook, on_delete=models.PROTECT, null=True, related_name="attempt"
    )
    # What Quo said, where it did not say yes
    status = models.IntegerField(null=True)
    code = models.TextField(blank=True)
    message = models.TextField(blank=True)
    trace = models.TextField(blank=True)

    # The search for one whose answer was lost
    lease_until = models.DateTimeField(null=True)  # somebody looks for it until then
    next_look_at = models.DateTimeField(null=True, db_index=True)  # null: nothing to look for
    looks = models.IntegerField(default=0)  # lists of Quo's that did not have it
    candidates = models.JSONField(default=list)  # ids, where several may be its

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
                name="attempt_has_a_webhook_when_created_or_adopted_and_only_then",
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
    def label(self) -> str:
        return self.payload.get("label") or ""

    @property
    def address(self) -> str:
        """What may be shown of the URL in a list."""
        return display_url(self.payload["url"])

    @property
    def seconds(self) -> float | None:
        """How long it took, or None while it has not ended."""
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else None

    @property
    def member(self) -> str | None:
        """The id of the member that it was made for, or None for the workspace's owner."""
        member: str | None = self.payload.get("userId")
        return member

    @property
    def left_by(self) -> datetime:
        """When the request had left at the latest."""
        return self.ended_at or self.started_at + self.LEASE

    def is_in_flight(self, *, now: datetime) -> bool:
        """Whether it is being sent, by a process that may still be alive."""
        return self.state == self.State.SENDING and self.started_at + self.LEASE > now

    def end(
        self,
        state: State,
        *,
        webhook: Webhook | None = None,
        message: str = "",
        fault: Fault | None = None,
    ) -> None:
        """Step to how the call ended. An unknown end is looked for at once.

        Raises:
            AttemptEnded: somebody else was quicker.
        """
        unknown = state == self.State.UNKNOWN
        self.step(
            state,
            webhook=webhook,
            ended_at=timezone.now(),
            message=message,
            status=fault.status if fault else None,
            code=fault.code if fault else "",
            trace=fault.trace if fault else "",
            next_look_at=timezone.now() if unknown else None,
        )

    def step(self, state: State, **told: Any) -> None:
        """Step to a state, and end the lease, if the row still is in the state that we saw.

        Raises:
            AttemptEnded: somebody else was quicker.
        """
        told |= {"state": state, "lease_until": None}
        if not Attempt.objects.filter(pk=self.pk, state=self.state).update(**told):
            raise AttemptEnded(f"attempt {self.pk} is no longer {self.state}")
        for name, value in told.items():
            setattr(self, name, value)


class AttemptEnded(Exception):
    """The compare-and-set lost: the attempt is not in the state that it was taken for."""
