"""When each member's list of webhooks was last read, and why not since."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Case, Q, When
from django.utils import timezone

from quo_admin import clock
from quo_admin.workspace.models import Sync


class MemberListQuerySet(models.QuerySet["MemberList"]):
    def keep(self, members: Iterable[str], *, now: datetime) -> None:
        """Keep a row for each member whose list is read, and for nobody else."""
        wanted = set(members)
        self.exclude(member_id__in=wanted).delete()
        self.bulk_create(
            (MemberList(member_id=id, requested_at=now) for id in wanted), ignore_conflicts=True
        )

    def unread_since(self, started: datetime, *, by: datetime) -> Self:
        """Return the lists that were not read since then.

        Args:
            by: a list that was read later than this was not: a clock was wrong.
        """
        unread = Q(read_at=None) | Q(read_at__lt=started) | Q(read_at__gt=by + clock.TOLERANCE)
        return self.filter(unread)

    def stale(self, last: Sync | None) -> Self:
        """Return the lists that the last finished sync should have read and did not.

        Lists that could not be read come first.
        """
        if last is None:
            return self.none()
        never_requested = Q(read_at=None, failure="", requested_at__gt=last.ended_at)
        rows = self.unread_since(last.started_at, by=_by(last)).exclude(never_requested)
        return rows.order_by(Case(When(failure="", then=1), default=0), "member_id")

    def read_in(self, last: Sync) -> Self:
        """Return the lists that were read since the last sync started."""
        return self.filter(read_at__gte=last.started_at, read_at__lte=_by(last) + clock.TOLERANCE)


def _by(last: Sync) -> datetime:
    """Return the latest time that can be right: of a sync in the future, all times are."""
    return max(timezone.now(), last.latest_time)


class MemberList(models.Model):
    """One member's list of webhooks at Quo, and how old our copy of it is."""

    member_id = models.CharField(max_length=255, unique=True)
    requested_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)  # when it was requested, if Quo responded
    failure = models.TextField(blank=True)  # why the last request failed

    objects = MemberListQuerySet.as_manager()
