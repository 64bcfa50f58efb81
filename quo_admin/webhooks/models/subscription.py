"""The subscriptions of webhooks: one row for each event and number, for queries."""

from typing import Self

from django.db import models

from quo_admin.quo import spec
from quo_admin.webhooks.models.webhook import Webhook


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def sending(self) -> Self:
        """Return the subscriptions of webhooks that Quo sends to, as far as we know.

        A join: for a subquery a database may first build the whole list, however few rows it needs.
        """
        return self.filter(
            webhook__status=spec.Status.ENABLED,
            webhook__missing_since=None,
            webhook__deleted_at=None,
        )


class Subscription(models.Model):
    """One event of one number of one webhook; ``resource_id`` may be ``*``, as Quo writes it."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="subscriptions")
    event = models.TextField()
    resource_id = models.TextField()
    endpoint_hash = models.CharField(max_length=16, blank=True)  # of its webhook, for the index

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="subscription_once_per_webhook",
                fields=["webhook", "event", "resource_id"],
            )
        ]
        indexes = [
            models.Index(fields=["resource_id", "webhook", "event"], name="subscription_by_number"),
            models.Index(
                fields=["endpoint_hash", "event", "resource_id"], name="subscription_by_endpoint"
            ),
        ]
