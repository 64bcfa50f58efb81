"""Our copy of Quo's webhooks, the attempts to make them, and the receipts that show a key once."""

import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from quo_admin.quo import spec
from quo_admin.quo.exceptions import Fault
from quo_admin.quo.types import NewMessageWebhook

EVENT_WORDS = {
    spec.MessageEvent.RECEIVED.value: "Received",
    spec.MessageEvent.DELIVERED.value: "Delivered",
}
PATH_SHOWN = 20  # characters; the rest of a path, and every query, may be a secret


def host_of(url: str | None) -> str:
    """Return the host of a URL in lower case, or nothing where it has none."""
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""


def address_of(url: str | None) -> str:
    """Return what may be shown of a URL anywhere: scheme, host, 20 characters of the path."""
    try:
        parts = urlsplit(url or "")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    path = parts.path if len(parts.path) <= PATH_SHOWN else parts.path[:PATH_SHOWN] + "…"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{path}" if parts.scheme else ""


def family_of(events: tuple[str, ...] | None) -> str:
    """Return the family whose events these are, or nothing where we know of none."""
    for family, known in spec.FAMILIES.items():
        if events and set(events) <= set(known):
            return family
    return ""


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def newest_first(self) -> "WebhookQuerySet":
        return self.order_by(F("created_at").desc(nulls_last=True), "-id")


class Webhook(models.Model):
    """Our copy of one Quo webhook, so that a page needs no network call.

    Quo's own columns are stored as they come and may all be null, which means that Quo did not
    tell. Only the columns that we own are constrained. Rows are written by ``services.store``.
    """

    quo_id = models.CharField(max_length=255, unique=True)
    user_id = models.TextField(null=True)
    org_id = models.TextField(null=True)
    label = models.TextField(null=True)  # null and "" are different words of Quo's
    status = models.TextField(null=True)
    url = models.TextField(null=True)
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    events = models.JSONField(null=True)
    resource_ids = models.JSONField(null=True)
    key_sealed = models.BinaryField(null=True)
    key_fingerprint = models.CharField(max_length=8, blank=True)

    # Derived from Quo's, for questions
    host = models.TextField(db_index=True, blank=True)
    family = models.CharField(max_length=20, db_index=True, blank=True)

    # Ours
    made_by = models.CharField(max_length=150, blank=True)  # empty: found at Quo
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    objects = WebhookQuerySet.as_manager()

    class Meta:
        permissions = [("reveal_key", "Can reveal the key of a webhook")]

    def __str__(self) -> str:
        return self.label or self.quo_id

    def get_absolute_url(self) -> str:
        return reverse("webhooks:detail", args=[self.quo_id])

    @property
    def address(self) -> str:
        return address_of(self.url)

    @property
    def texts(self) -> list[tuple[str, str]]:
        """The events, each with its word; one that we know no word for is its own."""
        return [(EVENT_WORDS.get(event, event), event) for event in self.events or ()]

    @property
    def covers_all_numbers(self) -> bool:
        return set(self.resource_ids or ()) == {spec.ALL_PHONE_NUMBERS}


class Subscription(models.Model):
    """One event of one number to one webhook; ``resource_id`` may be ``*``, as Quo writes it."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="subscriptions")
    event = models.TextField()
    resource_id = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="subscription_once_per_webhook",
                fields=["webhook", "event", "resource_id"],
            )
        ]
        indexes = [models.Index(fields=["resource_id", "event"])]


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def begin(self, *, actor: str, wanted: NewMessageWebhook) -> "Attempt":
        """Write down the intention, before anything is sent."""
        return self.create(actor=actor, payload=wanted.to_json(), begun_at=timezone.now())


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


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def give(self, webhook: Webhook, *, staff_id: int, now: datetime) -> "Receipt":
        """Make a receipt, and sweep out those that were never used."""
        self.filter(given_at__lt=now - Receipt.LIFE).delete()
        return self.create(
            token=secrets.token_urlsafe(24), webhook=webhook, staff_id=staff_id, given_at=now
        )

    def use_up(self, token: str, *, quo_id: str, staff_id: int, now: datetime) -> bool:
        """Return whether this person may see the key now. True only once for each receipt."""
        mine = self.filter(
            token=token,
            webhook__quo_id=quo_id,
            staff_id=staff_id,
            given_at__gte=now - Receipt.LIFE,
        )
        deleted, _ = mine.delete()
        return deleted == 1


class Receipt(models.Model):
    """The right of one person to see one key once, given after the trail was written.

    The key itself lies in no session, cache or address: only this token does.
    """

    LIFE = timedelta(seconds=60)  # as long as the page shows a key

    token = models.CharField(max_length=32, unique=True)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    given_at = models.DateTimeField()

    objects = ReceiptQuerySet.as_manager()
