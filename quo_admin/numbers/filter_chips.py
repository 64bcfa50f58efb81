"""The filters of the list of numbers that have no control of their own, as chips."""

from django.utils.http import urlencode

from quo_admin.numbers.filters import Filters
from quo_admin.numbers.gaps import GAPS
from quo_admin.webhooks.inventory.filter_labels import Chip


def chips(filters: Filters, kept: dict[str, str], *, gap: bool = False) -> list[Chip]:
    """Return the group and the destination, each with the URL of the page without it.

    Args:
        kept: other parameters of the page.
        gap: the page does not show the work list otherwise.
    """
    words = {filters.group_label: filters.but(group="")}
    words[filters.destination.words] = filters.without_destination()
    if gap and filters.gap:
        words[GAPS[filters.gap].word] = filters.but(gap="")
    return [
        Chip(label, "?" + urlencode(without.parameters | kept))
        for label, without in words.items()
        if label
    ]
