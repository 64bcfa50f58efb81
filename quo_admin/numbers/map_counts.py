"""What the map of where messages go counts, in a few queries of the whole company or a page."""

from collections import Counter

from django.db.models import (
    Case,
    Count,
    Exists,
    FilteredRelation,
    Min,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import NullIf
from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.numbers.coverage import EVENTS, STAR, State
from quo_admin.numbers.destinations import OUTCOMES, Destination, hosts_of_number
from quo_admin.numbers.filters import NO_GROUP, in_groups
from quo_admin.numbers.map_shapes import Group, OnAllNumbers
from quo_admin.numbers.models import NumberHost
from quo_admin.quo import spec
from quo_admin.webhooks.models import Subscription
from quo_admin.workspace.models import Number

HOSTS = 8  # columns; the rest is counted together
OUTCOME_OF = {state: name for name, each in OUTCOMES.items() for state in each.states}


def groups_of(numbers: QuerySet[Number], event: str) -> list[Group]:
    """Return all groups, the largest first, and the numbers without a group at the end."""
    row = FilteredRelation("coverage", condition=Q(coverage__event=EVENTS[event]))
    # Asked for duplicated numbers only: any other state tells whether a webhook names the number.
    named = Case(
        When(row__state=State.DUPLICATED, then=Exists(hosts_of_number(event, None))),
        default=Value(False),
    )
    kinds = numbers.annotate(row=row).annotate(named=named)
    groups: dict[str, Group] = {}
    for id, state, is_named, count, first in kinds.values_list(
        "group_id", "row__state", "named"
    ).annotate(n=Count("pk"), first=Min(NullIf("name", Value(""), output_field=TextField()))):
        group = groups.setdefault(id or NO_GROUP, Group(id or ""))
        group.count += count
        group.first = min(filter(None, [group.first, first]), default="")
        if not is_named and state in OUTCOME_OF:
            group.outcomes[OUTCOME_OF[state]] += count
    return sorted(groups.values(), key=lambda group: (not group.id, -group.count, group.id))


def largest_hosts(numbers: QuerySet[Number], event: str) -> dict[str, int]:
    """Return the hosts that most of these numbers reach, each with how many do."""
    rows = NumberHost.objects.filter(event=EVENTS[event], number__in=numbers.values("quo_id"))
    hosts = rows.values_list("host").annotate(n=Count("pk")).order_by("-n", "host")[: 2 * HOSTS]
    # A filter must be able to name each: Quo may return a URL that is not one.
    named = [(host, n) for host, n in hosts if host and host == host.strip() and "," not in host]
    return dict(named[:HOSTS])


def count_others(numbers: QuerySet[Number], event: str, hosts: tuple[str, ...]) -> Counter[str]:
    """Return how many of these numbers reach a host that is none of these, by group."""
    reaching = numbers.filter(Destination(event, others=hosts).condition(None))
    counts: Counter[str] = Counter()
    for group, count in reaching.values_list("group_id").annotate(n=Count("pk")):
        counts[group or ""] += count
    return counts


def count_by_host(
    numbers: QuerySet[Number], event: str, groups: list[str], hosts: tuple[str, ...]
) -> Counter[tuple[str, str]]:
    """Return how many numbers of these groups reach each of these hosts, by group and host."""
    reaching = numbers.filter(
        in_groups([group or NO_GROUP for group in groups]),
        hosts__event=EVENTS[event],
        hosts__host__in=hosts,
    )
    counts: Counter[tuple[str, str]] = Counter()
    for group, host, count in reaching.values_list("group_id", "hosts__host").annotate(
        n=Count("pk")
    ):
        counts[group or "", host] += count
    return counts


def on_all_numbers(event: str) -> OnAllNumbers:
    """Count the webhooks on all numbers by their host, in one query."""
    rows = Subscription.objects.sending().filter(event=EVENTS[event], resource_id=STAR)
    counts = rows.values_list("webhook__host").annotate(n=Count("pk"))
    by_host = list(counts.order_by("-n", "webhook__host"))
    query = {"number": STAR, "event": EVENTS[event].value, "status": spec.Status.ENABLED.value}
    url = f"{reverse('webhooks:list')}?{urlencode(query)}"
    first = [(host, n, f"{url}&{urlencode({'host': host})}") for host, n in by_host if host]
    return OnAllNumbers(sum(n for _, n in by_host), url, first[:HOSTS])
