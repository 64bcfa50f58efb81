"""Our copy of Quo's webhooks."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from quo_admin.quo import spec
from quo_admin.webhooks.endpoints import LONGEST_OFFERED, display_url
from quo_admin.webhooks.models.cursor import CursorQuerySet
from quo_admin.webhooks.models.drift import Drift
from quo_admin.webhooks.models.expressions import Short

EVENT_WORDS = {
    spec.MessageEvent.RECEIVED.value: "Message received",
    spec.MessageEvent.DELIVERED.value: "Message delivered",
}
URLS_OFFERED = 50
NEWEST = ("-created_or_seen_at", "-id")
BY_MOMENT = (F("created_or_seen_at").desc(), F("id").desc())  # the same, as expressions
MISSING = "missing"  # our status beside Quo's: deleted, or no longer listed by Quo


def family_of(events: tuple[str, ...] | None) -> str:
    """Return the family of these events, or "" if we do not know one."""
    for family, known in spec.FAMILIES.items():
        if events and set(events) <= set(known):
            return family
    return ""


class WebhookQuerySet(CursorQuerySet["Webhook"]):
    moment = "created_or_seen_at"

    def unreadable(self, marks: Sequence[str]) -> Self:
        """Return the webhooks whose key none of the field keys with these sorted marks sealed.

        As ranges between the marks, so that an index finds none without reading all.
        """
        bounds = ["", *marks]
        condition = Q(sealed_with__gt=bounds[-1])
        for low, high in pairwise(bounds):
            condition |= Q(sealed_with__gt=low, sealed_with__lt=high)
        return self.filter(condition)

    def live(self) -> Self:
        return self.filter(missing_since__isnull=True)

    def offered_urls(self) -> list[str]:
        """Return the URLs that forms offer, in alphabetical order, at most 50."""
        rows = self.live().exclude(offered_url="").order_by("offered_url")
        return list(rows.values_list("offered_url", flat=True).distinct()[:URLS_OFFERED])

    def with_status(self, status: str) -> Self:
        """Return the webhooks with a status of Quo's, or those that are missing."""
        if status == MISSING:
            return self.filter(missing_since__isnull=False)
        return self.live().filter(status=status)


class Webhook(models.Model):
    """Our copy of one Quo webhook, so that a page needs no network call.

    Quo's own columns are stored as they come and may all be null, which means "not returned by
    Quo". Only the columns that we own are constrained. Rows are written by
    ``webhooks.store.store``.
    """

    quo_id = models.CharField(max_length=255, unique=True)
    user_id = models.TextField(null=True)
    org_id = models.TextField(null=True)
    label = models.TextField(null=True)  # null and "" are different values at Quo
    status = models.TextField(null=True)
    url = models.TextField(null=True)
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    events = models.JSONField(null=True)
    resource_ids = models.JSONField(null=True)
    key_sealed = models.BinaryField(null=True)
    # The mark of the field key that sealed it: see keys/sealing.py. "" without a key
    sealed_with = models.CharField(max_length=8, blank=True)
    key_fingerprint = models.CharField(max_length=8, blank=True)

    # Derived from Quo's columns, for queries
    host = models.TextField(db_index=True, blank=True)
    family = models.CharField(max_length=20, db_index=True, blank=True)
    created_or_seen_at = models.DateTimeField()  # created_at, or when we first saw it
    is_unreachable = models.BooleanField(default=False)  # its host is local or private
    is_plain_http = models.BooleanField(default=False)  # its URL begins with http://
    endpoint_hash = models.CharField(
        max_length=16, blank=True
    )  # equal for URLs of the same endpoint
    offered_url = models.CharField(max_length=LONGEST_OFFERED, blank=True)  # "" if it is secret
    number_count = models.IntegerField(
        default=0
    )  # how many numbers it names; 0 if it is on all numbers
    event_set = models.CharField(max_length=255, blank=True)  # its events, sorted, as one text
    sort_name = models.CharField(max_length=100, blank=True)  # its label or ID in lower case
    list_status = models.GeneratedField(
        expression=Case(
            When(missing_since__isnull=False, then=Value(MISSING)),
            default=Coalesce("status", Value(""), output_field=models.TextField()),
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    # Ours
    created_by = models.CharField(max_length=150, blank=True)  # "" if it was not created here
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    missing_since = models.DateTimeField(null=True)
    deleted_by = models.CharField(max_length=150, blank=True)

    # The drift that a sync found, until somebody accepts it
    drift = models.CharField(max_length=20, blank=True, choices=Drift)
    drift_since = models.DateTimeField(null=True)
    drift_details = models.JSONField(default=list)  # [[field, before, after]], safe to show

    objects = WebhookQuerySet.as_manager()

    class Meta:
        permissions = [("reveal_key", "Can reveal the key of a webhook")]
        indexes = [
            models.Index(fields=NEWEST, name="webhook_newest_first"),
            models.Index(fields=["sealed_with"], name="webhook_by_field_key"),
            # For the list's columns and filters: each index continues with the newest first.
            models.Index(fields=["sort_name", *NEWEST], name="webhook_by_name"),
            models.Index(Short("list_status"), *BY_MOMENT, name="webhook_by_list_status"),
            models.Index(fields=["event_set", *NEWEST], name="webhook_by_event_set"),
            models.Index(fields=["number_count", *NEWEST], name="webhook_by_number_count"),
            models.Index(fields=["host", *NEWEST], name="webhook_by_host"),
            models.Index(fields=["key_fingerprint", *NEWEST], name="webhook_by_fingerprint"),
            models.Index(Short("user_id"), *BY_MOMENT, name="webhook_by_member"),
            models.Index(fields=["family", *NEWEST], name="webhook_by_family"),
            models.Index(fields=["created_by", *NEWEST], name="webhook_by_maker"),
            models.Index(fields=["drift", *NEWEST], name="webhook_by_drift"),
            models.Index(fields=["endpoint_hash"], name="webhook_by_endpoint"),
            models.Index(
                fields=["offered_url"],
                name="webhook_offered_urls",
                condition=Q(missing_since__isnull=True) & ~Q(offered_url=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="webhook_deleted_by_someone_only_when_missing",
                condition=Q(missing_since__isnull=False) | Q(deleted_by=""),
            ),
            models.CheckConstraint(
                name="webhook_drift_is_known",
                condition=Q(
                    drift__in=["", "not-created-here", "changed", "key-changed", "missing"]
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.quo_id

    def get_absolute_url(self) -> str:
        return reverse("webhooks:detail", args=[self.quo_id])

    @property
    def address(self) -> str:
        return display_url(self.url)

    @property
    def event_labels(self) -> list[tuple[str, str]]:
        """The events, each with its label; an event without a label of ours is its own."""
        return [(EVENT_WORDS.get(event, event), event) for event in self.events or ()]

    @property
    def event_list(self) -> str:
        """The labels of the events in one phrase: "Message received, message delivered"."""
        labels = [label for label, _ in self.event_labels]
        return ", ".join([*labels[:1], *(label.lower() for label in labels[1:])])

    @property
    def covers_all_numbers(self) -> bool:
        return set(self.resource_ids or ()) == {spec.ALL_PHONE_NUMBERS}
