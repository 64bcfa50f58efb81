"""The receipts that show a key once."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from quo_admin.webhooks.models.webhook import Webhook


class OneTimeLinkQuerySet(models.QuerySet["OneTimeLink"]):
    def give(self, webhook: Webhook, *, staff_id: int, now: datetime) -> "OneTimeLink":
        """Make a receipt, and sync out those that were never used."""
        self.filter(given_at__lt=now - OneTimeLink.LIFE).delete()
        return self.create(
            token=secrets.token_urlsafe(24), webhook=webhook, staff_id=staff_id, given_at=now
        )

    def use_up(self, token: str, *, quo_id: str, staff_id: int, now: datetime) -> bool:
        """Return whether this person may see the key now. True only once for each receipt."""
        mine = self.filter(
            token=token,
            webhook__quo_id=quo_id,
            staff_id=staff_id,
            given_at__gte=now - OneTimeLink.LIFE,
        )
        deleted, _ = mine.delete()
        return deleted == 1


class OneTimeLink(models.Model):
    """The right of one person to see one key once, given after the audit log was written.

    The key itself lies in no session, cache or address: only this token does.
    """

    LIFE = timedelta(seconds=60)  # as long as the page shows a key

    token = models.CharField(max_length=32, unique=True)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    given_at = models.DateTimeField()

    objects = OneTimeLinkQuerySet.as_manager()
