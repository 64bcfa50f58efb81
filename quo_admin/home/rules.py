"""House rules that webhooks break, unless somebody lets that stand."""

from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.home.item import FINDINGS, Item
from quo_admin.webhooks.findings import RULES, counts


def broken(doubt: str) -> list[Item]:
    """Return an item for each rule that is broken; one for all of them where none is.

    Args:
        doubt: why nobody can know that none is broken.
    """
    found = {name: count.open for name, count in counts().items() if count.open}
    return [_broken(name, count) for name, count in found.items()] or [_kept(doubt)]


def _broken(name: str, count: int) -> Item:
    rule = RULES[name]
    return Item(
        group=FINDINGS,
        count=count,
        one=rule.heading,
        many=rule.heading,
        why=rule.why,
        fine="",
        address=f"{reverse('webhooks:findings')}?{urlencode({'rule': name, 'show': 'open'})}",
        oldest=None,
        kind=rule.mark,
        word=rule.short,
    )


def _kept(doubt: str) -> Item:
    return Item(
        group=FINDINGS,
        count=0,
        one="House rule broken",
        many="House rules broken",
        why="",
        fine="Every one is kept, or somebody lets it stand for a while.",
        address=reverse("webhooks:findings"),
        oldest=None,
        kind="warn",
        word="Finding",
        doubt=doubt,
    )
