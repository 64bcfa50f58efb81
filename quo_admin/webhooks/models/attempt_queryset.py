"""Queries on attempts, and the lease that gives a due attempt to one process."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import Q

from quo_admin import clock
from quo_admin.quo.types import NewMessageWebhook
from quo_admin.webhooks.models.cursor import CursorQuerySet

if TYPE_CHECKING:  # the model imports this module
    from quo_admin.webhooks.models.attempt import Attempt

# Our limit: a webhook that appears later was not created by that request.
LATEST = timedelta(hours=1)
# No check is scheduled farther ahead, so one that is was scheduled while a clock was wrong.
LONGEST_PAUSE = timedelta(minutes=10)


class AttemptQuerySet(CursorQuerySet["Attempt"]):
    moment = "started_at"

    def open(self) -> Self:
        """Return the attempts that may create, or may have created, a webhook we do not know."""
        state = self.model.State
        return self.filter(state__in=[state.SENDING, state.UNKNOWN])

    def begin(self, *, actor: str, wanted: NewMessageWebhook, token: UUID) -> "Attempt":
        """Store the attempt, before anything is sent."""
        now = clock.now()
        return self.create(
            actor=actor,
            token=token,
            payload=wanted.to_json(),
            started_at=now,
            next_check_at=now + self.model.LEASE,
        )

    def to_reconcile(self, *, now: datetime) -> Self:
        """Return the attempts whose webhook may still appear at Quo.

        Unknown ones, those that a crash left in "sending", those in flight (whose webhook could be
        mistaken for another's), and those recently marked "not created", except by a person, who
        rejected the candidates.
        """
        state = self.model.State
        recently = clock.within("started_at", now=now, age=LATEST) & Q(
            state=state.NOT_CREATED, candidates=[]
        )
        return self.filter(Q(state__in=[state.UNKNOWN, state.SENDING]) | recently)

    def take_due(self, *, now: datetime) -> "Attempt | None":
        """Lease the next attempt that is due to exactly one caller, or return None."""
        due = self.open().filter(
            clock.free("lease_until", now=now, length=self.model.LEASE),
            Q(next_check_at__lte=now) | Q(next_check_at__gt=now + LONGEST_PAUSE),
        )
        for attempt in due.order_by("next_check_at")[:10]:
            if due.filter(pk=attempt.pk).update(lease_until=now + self.model.LEASE):
                attempt.lease_until = now + self.model.LEASE
                return attempt
        return None
