"""What the start page of onboarding shows: numbers to onboard, and unfinished batches."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.batches.models import Batch
from quo_admin.numbers.filters import Filters

BATCHES = 10
LABELS = {
    "received": "Not covered for Message received",
    "delivered": "Not covered for Message delivered",
    "disabled": "Covered only by a disabled webhook",
    "new": "First seen in the last 7 days",
}


@dataclass(frozen=True)
class NumberList:
    """A list of numbers to onboard. ``url`` opens it, ``plan_url`` plans a batch for it.

    ``since``: since when the oldest of them is in it, if known.
    """

    label: str
    count: int
    since: datetime | None
    url: str
    plan_url: str


def number_lists() -> list[NumberList]:
    tally = Filters().tally()
    return [_number_list(gap, tally.count(gap), tally.oldest(gap)) for gap in LABELS]


def unfinished_batches() -> QuerySet[Batch]:
    """Return the newest drafts, running and paused batches."""
    states = [Batch.State.DRAFT, Batch.State.RUNNING, Batch.State.PAUSED]
    return Batch.objects.filter(state__in=states).order_by("-pk")[:BATCHES]


def _number_list(gap: str, count: int, since: datetime | None) -> NumberList:
    query = urlencode({"gap": gap})
    return NumberList(
        LABELS[gap],
        count,
        since if count else None,
        f"{reverse('numbers:list')}?{query}",
        f"{reverse('onboarding:new')}?{query}",
    )
