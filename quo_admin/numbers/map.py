"""The map of where messages go: groups of numbers against the hosts that receive an event.

A group is Quo's group of a number (``groupId``). The API gives it no name, so it is called after
one of its numbers. A number has one group or none, so that the counts of groups can be added up;
members would not do, because a number can have several.

A cell counts numbers, by the webhooks that name them. A webhook on all numbers would fill a column,
so those are counted beside the map, and numbers that only they cover have a column.
"""

from collections.abc import Mapping

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.numbers.destinations import OUTCOMES
from quo_admin.numbers.filters import NO_GROUP, Filters
from quo_admin.numbers.map_counts import (
    count_by_host,
    count_others,
    groups_of,
    largest_hosts,
)
from quo_admin.numbers.map_shapes import Cell, Column, Group, Map, Row

GROUPS = 25  # rows of a page
NO_HOSTS = ("*",)  # "other than" this, if there is no host to name
ALWAYS_SHOWN = ("outcome", "nothing")

Key = tuple[str, str]  # of a column: name and value of its filter


def draw(filters: Filters, event: str, page: str | None) -> Map:
    """Return the map of the numbers that match, in four queries.

    Args:
        filters: where messages go is not one of them: the map shows it.
        event: a name of EVENTS.
    """
    filters = filters.without_destination()
    numbers = filters.numbers().order_by()
    groups = groups_of(numbers, event)
    totals = largest_hosts(numbers, event)
    hosts = tuple(totals) or NO_HOSTS
    others = count_others(numbers, event, hosts)
    shown = Paginator(groups, GROUPS).get_page(page)
    by_host = count_by_host(numbers, event, [group.id for group in shown], hosts)

    every = Group("", sum(group.count for group in groups))
    for group in groups:
        every.outcomes += group.outcomes
    counts = _counts(every, totals, hosts, others.total())
    columns = [_column(event, *key) for key in counts if counts[key] or key == ALWAYS_SHOWN]
    return Map(
        event=event,
        columns=columns,
        total=_row("All numbers", every, filters, columns, counts),
        rows=[
            _row(
                group.label,
                group,
                filters.but(group=group.id or NO_GROUP),
                columns,
                _counts(
                    group,
                    {host: by_host[group.id, host] for host in hosts},
                    hosts,
                    others[group.id],
                ),
            )
            for group in shown
        ],
        page=shown,
    )


def _counts(
    group: Group, by_host: Mapping[str, int], hosts: tuple[str, ...], others: int
) -> dict[Key, int]:
    """Return the counts of a group in the order of the columns."""
    counts = {("host", host): count for host, count in by_host.items()}
    counts["others", ",".join(hosts)] = others
    return counts | {("outcome", name): group.outcomes[name] for name in OUTCOMES}


def _column(event: str, name: str, value: str) -> Column:
    query = urlencode({"event": event, name: value})
    if name == "host":
        return Column(name, value, value, f"to {value}", name, query)
    if name == "others":
        return Column(name, value, "Other hosts", "to other hosts", name, query)
    outcome = OUTCOMES[value]
    return Column(name, value, outcome.word, outcome.phrase, value, query)


def _row(
    label: str, group: Group, filters: Filters, columns: list[Column], counts: Mapping[Key, int]
) -> Row:
    query = urlencode(filters.parameters)
    url = f"{reverse('numbers:list')}?{query}"
    start = f"{url}&" if query else url
    cells = [
        Cell(column, counts[column.key], group.count, start + column.query) for column in columns
    ]
    return Row(label, group, url, cells)
