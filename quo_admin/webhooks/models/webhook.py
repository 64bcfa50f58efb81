"""Our copy of Quo's webhooks, and what each is subscribed to."""

from typing import Self

from django.db import models
from django.db.models import Exists, Q
from django.urls import reverse

from quo_admin.quo import spec
from quo_admin.webhooks.addresses import address_of
from quo_admin.webhooks.models.stretch import StretchQuerySet
from quo_admin.workspace.models import Number

EVENT_WORDS = {
    spec.MessageEvent.RECEIVED.value: "Received",
    spec.MessageEvent.DELIVERED.value: "Delivered",
}
GONE = "gone"  # our word beside Quo's statuses: it is not at Quo any more


def family_of(events: tuple[str, ...] | None) -> str:
    """Return the family whose events these are, or nothing where we know of none."""
    for family, known in spec.FAMILIES.items():
        if events and set(events) <= set(known):
            return family
    return ""


class WebhookQuerySet(StretchQuerySet["Webhook"]):
    moment = "made_at"

    def live(self) -> Self:
        return self.filter(gone_at__isnull=True)

    def sending(self) -> Self:
        """Return those to which Quo sends, as far as we know."""
        return self.live().filter(status=spec.Status.ENABLED, deleted_at__isnull=True)

    def standing(self, status: str) -> Self:
        """Return the live ones of a status of Quo's, or those that are "gone"."""
        if status == GONE:
            return self.filter(gone_at__isnull=False)
        return self.live().filter(status=status)

    def over(self, scheme: str) -> Self:
        return self.filter(url__istartswith=f"{scheme}://")

    def telling(self, event: str) -> Self:
        """Return those that are told of this event of some number."""
        return self.filter(pk__in=Subscription.objects.filter(event=event).values("webhook"))

    def reached_by(self, number_id: str) -> Self:
        """Return those that texts of this number go to. Those on all numbers are among them."""
        named = Subscription.objects.filter(resource_id__in=[number_id, spec.ALL_PHONE_NUMBERS])
        return self.filter(pk__in=named.values("webhook"))

    def search(self, words: str) -> Self:
        """Find by label, host, id, or a number: its name, any spelling, or its id.

        A number that is found brings those on all numbers too, since its texts reach them.
        """
        if not words:
            return self.all()
        numbers = Number.objects.search(words)
        named = Subscription.objects.filter(
            Q(resource_id__icontains=words)
            | Q(resource_id__in=numbers.values("quo_id"))
            | (Q(resource_id=spec.ALL_PHONE_NUMBERS) & Exists(numbers))
        )
        return self.filter(
            Q(label__icontains=words)
            | Q(host__icontains=words)
            | Q(quo_id__icontains=words)
            | Q(pk__in=named.values("webhook"))
        )


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
    made_at = models.DateTimeField()  # created_at, or where Quo did not tell it, first seen

    # Ours
    made_by = models.CharField(max_length=150, blank=True)  # empty: found at Quo
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    gone_by = models.CharField(max_length=150, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        permissions = [("reveal_key", "Can reveal the key of a webhook")]
        indexes = [models.Index(fields=["-made_at", "-id"], name="webhook_newest_first")]
        constraints = [
            models.CheckConstraint(
                name="webhook_gone_by_someone_only_when_gone",
                condition=Q(gone_at__isnull=False) | Q(gone_by=""),
            )
        ]

    def __str__(self) -> str:
        return self.label or self.quo_id

    def get_absolute_url(self) -> str:
        return reverse("webhooks:detail", args=[self.quo_id])

    @property
    def address(self) -> str:
        return address_of(self.url)

    @property
    def in_clear(self) -> bool:
        return (self.url or "").lower().startswith("http:")

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
