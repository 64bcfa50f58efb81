"""Policies that webhooks break, unless somebody lets that stand."""

from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.home.work_item import FINDINGS, Item
from quo_admin.webhooks.policies.catalog import POLICIES
from quo_admin.webhooks.policies.findings import counts


def broken(doubt: str) -> list[Item]:
    """Return an item for each policy that is broken; one for all of them where none is.

    Args:
        doubt: why nobody can know that none is broken.
    """
    found = {name: count.open for name, count in counts().items() if count.open}
    return [_broken(name, count) for name, count in found.items()] or [_kept(doubt)]


def _broken(name: str, count: int) -> Item:
    policy = POLICIES[name]
    return Item(
        group=FINDINGS,
        count=count,
        one=policy.heading,
        many=policy.heading,
        why=policy.why,
        fine="",
        address=f"{reverse('webhooks:findings')}?{urlencode({'policy': name, 'show': 'open'})}",
        oldest=None,
        kind=policy.mark,
        word=policy.short,
    )


def _kept(doubt: str) -> Item:
    return Item(
        group=FINDINGS,
        count=0,
        one="Finding",
        many="Findings",
        why="",
        fine="No open findings.",
        address=reverse("webhooks:findings"),
        oldest=None,
        kind="warn",
        word="Finding",
        doubt=doubt,
    )
