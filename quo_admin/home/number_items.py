"""Numbers without coverage, with duplicate deliveries, and first seen recently."""

from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.home.work_item import Item
from quo_admin.numbers.filters import Filters
from quo_admin.workspace.models import Sync

# By the names of numbers.gaps.GAPS: one, many, why, fine, kind, word
WORDS = {
    "received": (
        "Number without coverage for Message received",
        "Numbers without coverage for Message received",
        "Plan a batch, or note a webhook in the Quo app.",
        "Every number is covered for Message received.",
        "wait gap",
        "Not covered",
    ),
    "delivered": (
        "Number without coverage for Message delivered",
        "Numbers without coverage for Message delivered",
        "No system is told whether its messages were delivered. Plan a batch, or note a webhook "
        "in the Quo app.",
        "Every number is covered for Message delivered.",
        "wait gap",
        "Not covered",
    ),
    "disabled": (
        "Number with only a disabled webhook",
        "Numbers with only a disabled webhook",
        "The webhook sends nothing, and Quo cannot enable it again. Create a copy.",
        "No number depends on a disabled webhook.",
        "off gap",
        "Disabled",
    ),
    "doubled": (
        "Number with duplicate deliveries",
        "Numbers with duplicate deliveries",
        "Two webhooks send its messages to the same URL. Delete one.",
        "No duplicate deliveries.",
        "twice",
        "Duplicated",
    ),
    "everywhere": (
        "Number covered only through all-numbers",
        "Numbers covered only through all-numbers",
        "Only webhooks on all numbers cover it.",
        "Every covered number has a webhook of its own.",
        "all",
        "All-numbers",
    ),
    "new": (
        "Number first seen in the last 7 days",
        "Numbers first seen in the last 7 days",
        "Check the coverage of new numbers.",
        "No new numbers in the last 7 days.",
        "new",
        "New",
    ),
}
# New numbers need no action, and duplicate or all-numbers deliveries are findings of webhooks.
INFO = {"new", "doubled", "everywhere"}
NEVER_READ = "Not known yet: no sync has read your numbers."


def gaps(doubt: str) -> list[Item]:
    """Return an item for each list.

    Args:
        doubt: why the webhooks behind the coverage are not known.
    """
    tally = Filters().tally()
    never_read = "" if Sync.objects.newest_of("numbers") else NEVER_READ
    doubts = {name: never_read or ("" if name == "new" else doubt) for name in WORDS}
    return [_gap(name, tally.count(name), tally.oldest(name), doubts[name]) for name in WORDS]


def _gap(name: str, count: int, since: datetime | None, doubt: str) -> Item:
    one, many, why, fine, kind, word = WORDS[name]
    return Item(
        count=count,
        one=one,
        many=many,
        why=why,
        fine=fine,
        address=f"{reverse('numbers:list')}?{urlencode({'gap': name})}",
        oldest=since,
        kind=kind,
        word=word,
        info=name in INFO,
        doubt=doubt,
    )
