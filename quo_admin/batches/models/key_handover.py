"""One-time links that show the keys of a batch once."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from quo_admin import clock
from quo_admin.batches.models.batch import Batch
from quo_admin.webhooks.models import OneTimeLink


class KeyHandoverQuerySet(models.QuerySet["KeyHandover"]):
    def create_link(
        self, batch: Batch, *, webhooks: Collection[int], form: str, staff_id: int, now: datetime
    ) -> "KeyHandover":
        """Create a link, and delete the links that expired unused."""
        self.exclude(clock.within("given_at", now=now, age=KeyHandover.LIFE)).delete()
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
    ) -> "KeyHandover | None":
        """Return the link if this person may use it now, and use it up."""
        usable = self.filter(
            clock.within("given_at", now=now, age=KeyHandover.LIFE),
            token=token,
            batch=batch,
            staff_id=staff_id,
        )
        link = usable.first()
        deleted, _ = usable.delete()
        return link if deleted else None


class KeyHandover(models.Model):
    """A one-time link to keys of a batch for one person, created after the audit entries.

    The keys themselves are in no session, cache or URL; only this token is.
    """

    LIFE: timedelta = OneTimeLink.LIFE

    token = models.CharField(max_length=32, unique=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE)
    webhooks = models.JSONField()  # primary keys of the webhooks whose keys it shows
    form = models.CharField(max_length=4)  # one of key_handover.FORMS
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    given_at = models.DateTimeField()

    objects = KeyHandoverQuerySet.as_manager()

    class Meta:
        default_permissions = ()
