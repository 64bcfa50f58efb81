"""The receipts that show the keys of a batch once."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from quo_admin.onboarding.models.batch import Batch
from quo_admin.webhooks.models import Receipt


class HandingOverQuerySet(models.QuerySet["HandingOver"]):
    def give(
        self, batch: Batch, *, webhooks: Collection[int], form: str, staff_id: int, now: datetime
    ) -> "HandingOver":
        """Make a receipt, and sweep out those that were never used."""
        self.filter(given_at__lt=now - HandingOver.LIFE).delete()
        return self.create(
            token=secrets.token_urlsafe(24),
            batch=batch,
            webhooks=list(webhooks),
            form=form,
            staff_id=staff_id,
            given_at=now,
        )

    def use_up(
        self, token: str, *, batch: Batch, staff_id: int, now: datetime
    ) -> "HandingOver | None":
        """Return what this person may see now, only once for each receipt."""
        since = now - HandingOver.LIFE
        mine = self.filter(token=token, batch=batch, staff_id=staff_id, given_at__gte=since)
        found = mine.first()
        deleted, _ = mine.delete()
        return found if deleted else None


class HandingOver(models.Model):
    """The right of one person to see some keys of a batch once, given after the trail was written.

    The keys themselves lie in no session, cache or address: only this token does.
    """

    LIFE: timedelta = Receipt.LIFE

    token = models.CharField(max_length=32, unique=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE)
    webhooks = models.JSONField()  # our ids of those whose keys it shows
    form = models.CharField(max_length=4)  # of services.keys.FORMS
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    given_at = models.DateTimeField()

    objects = HandingOverQuerySet.as_manager()

    class Meta:
        default_permissions = ()
