"""The filters beside the list: their values, and how many webhooks each would show.

Each filter counts what the other filters leave. That reads all of it, so it is loaded after the
list and never delays it. Without other filters, an index of each column has the counts. Otherwise
the webhooks are read once for all columns, and if there are too many, they are not counted.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import Combinable

from quo_admin.quo import spec
from quo_admin.webhooks.inventory.conditions import matching
from quo_admin.webhooks.inventory.filter_labels import TITLES, labels
from quo_admin.webhooks.inventory.filters import FOUND, HERE, OTHER, STALE, SYNC, Filters, is_stale
from quo_admin.webhooks.models import Finding, Subscription
from quo_admin.webhooks.models.expressions import Short
from quo_admin.webhooks.models.freshness import freshness
from quo_admin.webhooks.models.webhook import WebhookQuerySet
from quo_admin.webhooks.policies.catalog import POLICIES

LONG, SHOWN = {"host", "member", "number"}, 8  # values shown of each; others are found by search
COUNTED = 20_000  # webhooks left by other filters: no index has the counts of these
NUMBERS_COUNTED = 2_000  # webhooks whose numbers are counted, one by one
COLUMNS: dict[str, Combinable] = {
    "status": Short("list_status"),
    "event": F("event_set"),
    "family": F("family"),
    "host": F("host"),
    "member": Short("user_id"),
    "created_by": F("created_by"),
    "drift": F("drift"),
}


@dataclass(frozen=True)
class Choice:
    """One value: its label, how many webhooks it would show, and the URL that shows them.

    The URL of the active value removes the filter. A count of None: not counted.
    """

    word: str
    count: int | None
    address: str
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A filter with its values, largest first. ``more``: there are others."""

    title: str
    choices: list[Choice] = field(default_factory=list)
    more: bool = False


@dataclass(frozen=True)
class Counts:
    """The counts of a list: its total, and by each filter."""

    filters: Filters

    @cached_property
    def total(self) -> int:
        return self.filters.webhooks().count()

    @cached_property
    def facets(self) -> list[Facet]:
        """Return the filters that have values."""
        rail = [self._facet(name) for name in COUNTING]
        return [facet for facet in rail if facet.choices]

    def counted(self, name: str) -> list[tuple[str, int | None]]:
        """Return the values of one filter with their counts, largest first."""
        if self._too_many(name):
            everything = COUNTING[name](Counts(Filters()))
            return [(value, None) for value, _ in everything if value]
        return [(value, count) for value, count in COUNTING[name](self) if value]

    def _others(self, name: str) -> bool:
        """Whether filters other than this one are active."""
        return bool(self.filters.conditions.keys() - {name})

    def _too_many(self, name: str) -> bool:
        if not self._others(name) or name not in self.filters.conditions:
            return self._others(name) and self.total > COUNTED
        return self._without(name)[COUNTED:].exists()

    def _without(self, name: str) -> WebhookQuerySet:
        """Return what the other filters leave."""
        conditions = self.filters.conditions
        return matching(condition for each, condition in conditions.items() if each != name)

    def _rows_without(self, name: str, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the webhooks that the other filters leave; all, if there are none."""
        if not self._others(name):
            return rows
        return rows.filter(webhook__in=self._without(name).values("pk"))

    @cached_property
    def _read(self) -> dict[str, Counter[str]]:
        """Return the counts of all columns, of what all filters leave, in one query."""
        rows = self.filters.webhooks().order_by().values_list(*COLUMNS.values())
        columns = zip(*rows, strict=True)
        return {name: Counter(values) for name, values in zip(COLUMNS, columns, strict=False)}

    def _by(self, name: str, most: int | None = None) -> list[tuple[str, int]]:
        """Return the values of a column with their counts, largest first.

        With ``most``, only so many, an empty one, and one that tells that there are others.
        """
        if self._others(name) and name not in self.filters.conditions:
            return _fullest(self._read.get(name, Counter()))
        counted = self._without(name).order_by().annotate(value=COLUMNS[name]).values_list("value")
        fullest = counted.annotate(n=Count("pk")).order_by("-n", "value")
        return list(fullest[: most + 2 if most else None])

    def _facet(self, name: str) -> Facet:
        """Return one filter. The active value is always among its values."""
        here = getattr(self.filters, name)
        counted = self.counted(name)
        shown = counted[:SHOWN] if name in LONG else counted
        if here and here not in dict(shown):
            shown = [*shown, (here, self.total)]
        words = labels(name, [value for value, _ in shown])
        choices = [
            Choice(
                word=words[value],
                count=count,
                address=self.filters.but(**{name: "" if value == here else value}).address,
                chosen=value == here,
            )
            for value, count in shown
        ]
        return Facet(TITLES[name], choices, more=name in LONG and len(counted) > SHOWN)

    def _events(self) -> list[tuple[str, int]]:
        counts: Counter[str] = Counter()
        for events, count in self._by("event"):
            counts.update(dict.fromkeys(events.split(","), count))
        return _fullest(counts)

    def _families(self) -> list[tuple[str, int]]:
        return [(family or OTHER, count) for family, count in self._by("family")]

    def _creators(self) -> list[tuple[str, int]]:
        counts: Counter[str] = Counter()
        for creator, count in self._by("created_by"):
            counts[HERE if creator else FOUND] += count
        return _fullest(counts)

    def _drifts(self) -> list[tuple[str, int]]:
        """In sync is what has no drift, except for members whose list could not be read."""
        counts = Counter({kind or SYNC: n for kind, n in self._by("drift")})
        if not freshness().doubt:
            return _fullest(counts)
        stale = self._without("drift").filter(is_stale())
        counted = stale.aggregate(all=Count("pk"), sync=Count("pk", filter=Q(drift="")))
        counts += Counter({STALE: counted["all"]})
        counts[SYNC] -= counted["sync"]
        return _fullest(counts)

    def _findings(self) -> Iterable[tuple[str, int | None]]:
        rows = self._rows_without("finding", Finding.objects.all()).values_list("policy")
        counted = dict(rows.order_by().annotate(n=Count("webhook", distinct=True)))
        return [(policy, counted[policy]) for policy in POLICIES if policy in counted]

    def _numbers(self) -> list[tuple[str, int]]:
        """ "All numbers" first. Its webhooks count for each number too, since they cover it."""
        if self._without("number")[NUMBERS_COUNTED:].exists():
            return []
        rows = self._rows_without("number", Subscription.objects.all())
        everywhere = rows.filter(resource_id=spec.ALL_PHONE_NUMBERS)
        stars = everywhere.aggregate(n=Count("webhook", distinct=True))["n"]
        named = rows.exclude(resource_id=spec.ALL_PHONE_NUMBERS).values_list("resource_id")
        fullest = named.annotate(n=Count("webhook", distinct=True)).order_by("-n", "resource_id")
        counted = [(spec.ALL_PHONE_NUMBERS, stars)] if stars else []
        return counted + [(id, n + stars) for id, n in fullest[: SHOWN + 1]]


COUNTING: dict[str, Callable[[Counts], Iterable[tuple[str, int | None]]]] = {
    "status": lambda counts: counts._by("status"),
    "event": Counts._events,
    "family": Counts._families,
    "host": lambda counts: counts._by("host", SHOWN),
    "member": lambda counts: counts._by("member", SHOWN),
    "created_by": Counts._creators,
    "drift": Counts._drifts,
    "finding": Counts._findings,
    "number": Counts._numbers,
}


def _fullest(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(
        ((v, n) for v, n in counts.items() if n), key=lambda each: (-each[1], each[0] or "")
    )
