"""Open findings, an item for each policy."""

from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.home.work_item import Item
from quo_admin.webhooks.policies.catalog import HOST_ONCE, POLICIES
from quo_admin.webhooks.policies.findings import PolicyCount, counts
from quo_admin.webhooks.policies.warnings import PolicyName

# Often intended, so they are worth knowing but need no action.
INFO = {PolicyName.ALL_NUMBERS, PolicyName.MANY_NUMBERS, HOST_ONCE}


def broken(doubt: str) -> list[Item]:
    """Return an item for each policy with open findings; one for all of them if there are none.

    Args:
        doubt: why we cannot know that there are none.
    """
    found = {name: count for name, count in counts().items() if count.open}
    return [_broken(name, count) for name, count in found.items()] or [_no_findings(doubt)]


def _broken(name: str, count: PolicyCount) -> Item:
    policy = POLICIES[name]
    return Item(
        count=count.open,
        one=policy.heading,
        many=policy.heading,
        why=policy.why,
        fine="",
        address=f"{reverse('webhooks:findings')}?{urlencode({'policy': name, 'show': 'open'})}",
        oldest=count.oldest,
        kind=policy.mark,
        word=policy.short,
        info=name in INFO,
    )


def _no_findings(doubt: str) -> Item:
    return Item(
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
