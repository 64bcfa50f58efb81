"""A past day: which numbers, webhooks and notes existed then, as far as we know."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from quo_admin.numbers.models import Note
from quo_admin.webhooks.models import Subscription, Webhook
from quo_admin.workspace.models import Number


@dataclass(frozen=True)
class Day:
    """A day (UTC). Coverage on a day includes what existed at any time of it."""

    day: date

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.day, time.min, UTC)

    @property
    def ends(self) -> datetime:
        return self.begins + timedelta(days=1)


def existing(on: Day | None, *, prefix: str = "") -> Q:
    """Return the condition for webhooks that exist now, or may have existed on a day.

    A webhook that was deleted here, or whose deletion Quo dated, existed until then. One that a
    sync found missing was deleted at some time since it was last seen, so it may have existed.
    """
    gone = f"{prefix}missing_since"
    if on is None:
        return Q(**{f"{gone}__isnull": True, f"{prefix}deleted_at__isnull": True})
    ended = Q(**{f"{prefix}deleted_at__lt": on.begins}) | Q(
        **{f"{gone}__lt": on.begins, f"{prefix}deleted_at__isnull": True}
    )
    return Q(**{f"{prefix}created_or_seen_at__lt": on.ends}) & ~ended


def known_on(on: Day | None) -> QuerySet[Number]:
    """Return the company's numbers now, or on a day, as far as we know."""
    if on is None:
        return Number.objects.current()
    since = Coalesce("created_at", "first_seen_at")
    return (
        Number.objects.annotate(since=since)
        .filter(since__lt=on.ends)
        .filter(Q(missing_since=None) | Q(missing_since__gte=on.begins))
    )


def subscriptions_on(on: Day | None) -> QuerySet[Subscription]:
    """Return the subscriptions of webhooks that exist now, or may have existed on a day."""
    return Subscription.objects.filter(existing(on, prefix="webhook__"))


def notes_on(on: Day | None) -> QuerySet[Note]:
    """Return the notes that hold now, or held on a day."""
    return Note.objects.holding(*((on.begins, on.ends) if on else (None, None)))


def is_uncertain(webhook: Webhook, on: Day | None) -> bool:
    """Whether a webhook may have been deleted before that day, outside Quo Admin."""
    if on is None or webhook.missing_since is None or webhook.deleted_by or webhook.deleted_at:
        return False
    return webhook.last_seen_at < on.begins


def uncertain_on(on: Day | None) -> Q:
    """Return the same as a condition on subscriptions."""
    if on is None:
        return Q(pk__isnull=True)
    return Q(
        webhook__missing_since__isnull=False,
        webhook__deleted_at=None,
        webhook__deleted_by="",
        webhook__last_seen_at__lt=on.begins,
    )
