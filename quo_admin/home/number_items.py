"""Numbers whose texts reach nothing, or arrive twice, and those that came lately."""

from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.home.work_item import COVERAGE, Item
from quo_admin.numbers.filters import Filters

# By the names of onboarding.gaps.GAPS: one, many, why, fine, kind, word
WORDS = {
    "received": (
        "Number without coverage for Message received",
        "Numbers without coverage for Message received",
        "No API-made webhook sends them anywhere. Plan a batch, or note a webhook of the Quo app.",
        "Received texts of every number reach something.",
        "wait gap",
        "Gap",
    ),
    "delivered": (
        "Number without coverage for Message delivered",
        "Numbers without coverage for Message delivered",
        "Nothing is told what becomes of the texts that it sends. Plan a batch, or note a webhook "
        "of the Quo app.",
        "Delivered texts of every number reach something.",
        "wait gap",
        "Gap",
    ),
    "disabled": (
        "Number with only a disabled webhook",
        "Numbers with only a disabled webhook",
        "It sends nothing, and Quo can never enable it. Create another like it.",
        "No number rests on a disabled webhook.",
        "off gap",
        "Disabled",
    ),
    "doubled": (
        "Number whose texts arrive twice",
        "Numbers whose texts arrive twice",
        "Two webhooks send them to the same URL. Delete one of these.",
        "No text arrives twice at the same URL.",
        "twice",
        "Doubled",
    ),
    "everywhere": (
        "Number reached only through all-numbers",
        "Numbers reached only through all-numbers",
        "No webhook names it: its texts go where those of every number go.",
        "Every number that is reached is named by a webhook.",
        "all",
        "All-numbers",
    ),
    "new": (
        "Number first seen in the last 7 days",
        "Numbers first seen in the last 7 days",
        "Look whether their texts go where they should.",
        "No number came in the last 7 days.",
        "new",
        "New",
    ),
}
# Not open by themselves: a new number is news, what arrives twice and what goes to all numbers are
# findings of their webhooks.
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
