"""Findings: webhooks that break a policy, kept up to date when something changes."""

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q

from quo_admin.webhooks.models.acknowledgement import Acknowledgement
from quo_admin.webhooks.models.webhook import Webhook


class FindingQuerySet(models.QuerySet["Finding"]):
    def open(self, today: date) -> "FindingQuerySet":
        """Return the findings that are not snoozed."""
        return self.filter(~_snoozed(today))

    def last_of_webhook(self) -> "FindingQuerySet":
        """Return the last finding of each webhook and policy."""
        same = Finding.objects.filter(webhook=OuterRef("webhook"), policy=OuterRef("policy"))
        later = Q(since__gt=OuterRef("since")) | Q(since=OuterRef("since"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(same.filter(later)))


def _snoozed(today: date) -> Exists:
    same = {name: OuterRef(name) for name in ("webhook", "policy", "subject")}
    return Exists(Acknowledgement.objects.holding(today).filter(**same))


class Finding(models.Model):
    """One policy that one webhook breaks, with its subject, and since when we know it.

    Kept by ``policies.update``. Snoozing it does not change it: see ``Acknowledgement``.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="findings")
    policy = models.CharField(max_length=30)
    subject = models.CharField(max_length=255, blank=True)  # as in an acknowledgement
    since = models.DateTimeField()

    objects = FindingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="finding_once_per_subject", fields=["webhook", "policy", "subject"]
            )
        ]
        indexes = [
            models.Index(fields=["policy", "-since", "-id"], name="finding_newest_first"),
            models.Index(fields=["policy", "webhook", "since"], name="finding_by_webhook"),
            models.Index(fields=["policy", "subject"], name="finding_by_subject"),
        ]
