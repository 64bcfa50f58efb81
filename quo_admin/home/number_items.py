"""Numbers without coverage, with duplicate deliveries, and first seen recently."""

from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.home.work_item import COVERAGE, Item
from quo_admin.numbers.filters import Filters

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
        "No system learns whether its messages were delivered. Plan a batch, or note a webhook "
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
# Folded: a new number is news, and duplicate or all-numbers deliveries are findings of webhooks.
WITHIN = {"new", "doubled", "everywhere"}


def gaps() -> list[Item]:
    """Return an item for each list."""
    tally = Filters().tally()
    return [_gap(name, tally.count(name)) for name in WORDS]


def _gap(name: str, count: int) -> Item:
    one, many, why, fine, kind, word = WORDS[name]
    return Item(
        group=COVERAGE,
        count=count,
        one=one,
        many=many,
        why=why,
        fine=fine,
        address=f"{reverse('numbers:list')}?{urlencode({'gap': name})}",
        oldest=None,
        kind=kind,
        word=word,
        within=name in WITHIN,
    )
