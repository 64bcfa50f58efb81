"""One-time links that show a signing key once."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from quo_admin import clock
from quo_admin.webhooks.models.webhook import Webhook


class OneTimeLinkQuerySet(models.QuerySet["OneTimeLink"]):
    def create_link(self, webhook: Webhook, *, staff_id: int, now: datetime) -> "OneTimeLink":
        """Create a link, and delete the links that expired unused."""
        self.exclude(clock.within("given_at", now=now, age=OneTimeLink.LIFE)).delete()
        return self.create(
            token=secrets.token_urlsafe(24), webhook=webhook, staff_id=staff_id, given_at=now
        )

    def use_up(self, token: str, *, quo_id: str, staff_id: int, now: datetime) -> bool:
        """Use up the link and return whether this person may see the key. True only once."""
        usable = self.filter(
            clock.within("given_at", now=now, age=OneTimeLink.LIFE),
            token=token,
            webhook__quo_id=quo_id,
            staff_id=staff_id,
        )
        deleted, _ = usable.delete()
        return deleted == 1


class OneTimeLink(models.Model):
    """Lets one person see one key once. Created in the transaction of the audit entry.

    The key itself is in no session, cache or URL; only this token is.
    """

    LIFE = timedelta(seconds=60)  # as long as the page shows a key

    token = models.CharField(max_length=32, unique=True)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    given_at = models.DateTimeField()

    objects = OneTimeLinkQuerySet.as_manager()
