"""Acknowledgements: findings that somebody snoozed until a day, with a reason."""

from datetime import date

from django.db import models

from quo_admin.webhooks.models.webhook import Webhook


class AcknowledgementQuerySet(models.QuerySet["Acknowledgement"]):
    def holding(self, today: date) -> "AcknowledgementQuerySet":
        return self.filter(until__gte=today)


class Acknowledgement(models.Model):
    """One finding of one webhook, snoozed until a day.

    ``subject`` tells findings of one policy apart: the other webhook of a duplicate pair, the
    number that left, the person who saw the key or created the webhook, the host; "" if the policy
    can be broken only once.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="acknowledgements")
    policy = models.CharField(max_length=30)
    subject = models.CharField(max_length=255, blank=True)
    reason = models.TextField()
    until = models.DateField(help_text="The last day on which it holds, in UTC.")
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=150)

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="acknowledgement_once_per_finding", fields=["webhook", "policy", "subject"]
            )
        ]
