"""The attempts to create a webhook, and how each ended."""

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from quo_admin.quo.exceptions import Fault
from quo_admin.quo.types import NewMessageWebhook
from quo_admin.webhooks.addresses import address_of
from quo_admin.webhooks.models.stretch import StretchQuerySet
from quo_admin.webhooks.models.webhook import Webhook


class AttemptQuerySet(StretchQuerySet["Attempt"]):
    moment = "begun_at"

    def open(self) -> Self:
        """Return those that may still make, or may have made, a webhook that is not known here."""
        return self.filter(state__in=[Attempt.State.SENDING, Attempt.State.UNKNOWN])

    def begin(self, *, actor: str, wanted: NewMessageWebhook, token: UUID) -> "Attempt":
        """Write down the intention, before anything is sent."""
        return self.create(
            actor=actor, token=token, payload=wanted.to_json(), begun_at=timezone.now()
        )


class Attempt(models.Model):
    """One recorded intention to create a webhook, and how it ended.

    Written before the call, so that a crash leaves a trace. Each step of the state is a
    compare-and-set: of two who end the same attempt, one wins.
    """

    class State(models.TextChoices):
        SENDING = "sending", "Sending"
        CREATED = "created", "Created"
        REFUSED = "refused", "Not created"
        UNKNOWN = "unknown", "Unknown"

    actor = models.CharField(max_length=150)
    token = models.UUIDField(unique=True)  # of the form that was sent: one form, one attempt
    payload = models.JSONField()  # the body as it was sent
    state = models.CharField(max_length=12, choices=State.choices, default=State.SENDING)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    webhook = models.OneToOneField(
        Webhook, on_delete=models.PROTECT, null=True, related_name="attempt"
    )
    # What Quo said, where it did not say yes
    status = models.IntegerField(null=True)
    code = models.TextField(blank=True)
    message = models.TextField(blank=True)
    trace = models.TextField(blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attempt_state_is_known",
                condition=Q(state__in=["sending", "created", "refused", "unknown"]),
            ),
            models.CheckConstraint(
                name="attempt_has_a_webhook_when_created_and_only_then",
                condition=Q(state="created", webhook__isnull=False)
                | (~Q(state="created") & Q(webhook__isnull=True)),
            ),
        ]

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
        return address_of(self.payload["url"])

    @property
    def seconds(self) -> float | None:
        """How long it took, or None while it has not ended."""
        return (self.ended_at - self.begun_at).total_seconds() if self.ended_at else None

    def end(
        self,
        state: State,
        *,
        webhook: Webhook | None = None,
        message: str = "",
        fault: Fault | None = None,
    ) -> None:
        """Step from *sending* to how it ended.

        Raises:
            AttemptEnded: somebody else has ended it.
        """
        told = {
            "state": state,
            "webhook": webhook,
            "ended_at": timezone.now(),
            "message": message,
            "status": fault.status if fault else None,
            "code": fault.code if fault else "",
            "trace": fault.trace if fault else "",
        }
        waiting = Attempt.objects.filter(pk=self.pk, state=Attempt.State.SENDING)
        if not waiting.update(**told):
            raise AttemptEnded(f"attempt {self.pk} has ended already")
        for name, value in told.items():
            setattr(self, name, value)


class AttemptEnded(Exception):
    """The compare-and-set lost: the attempt is not in the state that it was taken for."""
