"""The filters of the list of webhooks, as in its URL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Self

from django.db.models import Exists, Q
from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.quo.storable_text import clean
from quo_admin.webhooks.inventory.conditions import (
    NOTHING,
    Condition,
    equal,
    matching,
    of_webhooks,
    where,
)
from quo_admin.webhooks.inventory.search import Search, reached_by, search
from quo_admin.webhooks.inventory.sorting import NEWEST, SORTS, distinct, order_of
from quo_admin.webhooks.models import Finding, MemberList
from quo_admin.webhooks.models.cursor import Order
from quo_admin.webhooks.models.expressions import Short
from quo_admin.webhooks.models.freshness import nothing_read
from quo_admin.webhooks.models.webhook import WebhookQuerySet
from quo_admin.webhooks.policies.catalog import POLICIES
from quo_admin.workspace.models import Sync

LONGEST = 255  # characters of one filter
ROWS = ("25", "50", "100")
SYNC, STALE = "in-sync", "not-checked"  # our values beside the kinds of drift
FOUND, HERE = "none", "here"  # values of created by: nobody here, or somebody here
OTHER = "other"  # an unknown family
WORDS = {"q", "everywhere"}
SHOWN = {"sort", "rows", "counts"}


@dataclass(frozen=True)
class Filters:
    """Search words and filters; empty ones do not filter. An unknown value finds nothing.

    Then how the list is shown: ``counts`` includes the counts in the page, for browsers without
    JavaScript. ``everywhere``: search the words as words, even if they are an ID, a host or a
    number.
    """

    q: str = ""
    everywhere: str = ""
    status: str = ""
    event: str = ""
    family: str = ""
    host: str = ""
    member: str = ""
    created_by: str = ""
    drift: str = ""
    finding: str = ""
    number: str = ""
    scheme: str = ""
    sort: str = NEWEST
    rows: str = "50"
    counts: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """Read a query string. Other parameters are ignored."""
        texts = {field.name: clean(query.get(field.name, "")).strip() for field in fields(cls)}
        texts = {name: text[:LONGEST] for name, text in texts.items()}
        texts["host"] = texts["host"].lower()
        for name, known in (("sort", SORTS), ("rows", ROWS)):
            if texts[name] not in known:
                del texts[name]
        return cls(**texts)

    def but(self, **changes: str) -> Self:
        return replace(self, **changes)

    @property
    def parameters(self) -> dict[str, str]:
        """The values that are not the default, as query parameters."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        usual = {field.name: field.default for field in fields(self)}
        return {name: value for name, value in values.items() if value != usual[name]}

    @property
    def kept(self) -> dict[str, str]:
        """What a new search keeps: all but the words."""
        return {name: value for name, value in self.parameters.items() if name not in WORDS}

    @property
    def on(self) -> dict[str, str]:
        """The active filters, without the search words."""
        return {name: value for name, value in self.kept.items() if name not in SHOWN}

    @property
    def address(self) -> str:
        return self.at()

    def at(self, page: str = "list", **place: str) -> str:
        """Return the URL of the filtered list or of a part of it, and of a page."""
        parameters = self.parameters | place
        return reverse(f"webhooks:{page}") + (f"?{urlencode(parameters)}" if parameters else "")

    @cached_property
    def order(self) -> Order:
        return order_of(self.sort)

    @property
    def size(self) -> int:
        return int(self.rows)

    @cached_property
    def search(self) -> Search | None:
        return search(self.q, everywhere=bool(self.everywhere)) if self.q else None

    @cached_property
    def conditions(self) -> dict[str, Condition]:
        """The conditions by field name; those with the best index come first."""
        parameters = {
            name: ask(self.on[name]) for name, ask in CONDITION_BUILDERS.items() if name in self.on
        }
        return ({"q": self.search.condition} if self.search else {}) | parameters

    def webhooks(self) -> WebhookQuerySet:
        """Return all matching webhooks, to be counted."""
        return matching(self.conditions.values())

    def listed(self) -> WebhookQuerySet:
        """Return the same, in the order of the list."""
        return matching(self.conditions.values(), order=self.order)


def _event(event: str) -> Condition:
    """Return the condition for event sets with this event. There are only a few sets."""
    sets = [one for one in distinct("event_set") if event in one.split(",")]
    return equal("event_set", *sets) if sets else NOTHING


def _number(id: str) -> Condition:
    return of_webhooks(reached_by([id]))


def _created_by(by: str) -> Condition:
    if by == HERE:
        return where(Q(created_by__gt=""))
    return equal("created_by", "") if by == FOUND else NOTHING


def is_stale() -> Q:
    """Return the condition for webhooks whose member's list could not be read last time.

    A webhook without a member may be in any list.
    """
    last = Sync.objects.ended().newest()
    if nothing_read(last):
        return Q(missing_since=None)
    lists = MemberList.objects.stale(last)
    stale = Q(user_id__in=lists.values("member_id"))
    return Q(stale | Q(Exists(lists), user_id=None), missing_since=None)


def _drift(kind: str) -> Condition:
    if kind not in (SYNC, STALE):
        return equal("drift", kind)
    return where(is_stale() if kind == STALE else Q(drift="") & ~is_stale())


def _finding(policy: str) -> Condition:
    if policy not in POLICIES:
        return NOTHING
    return of_webhooks(Finding.objects.filter(policy=policy))


def _scheme(scheme: str) -> Condition:
    return where(Q(is_plain_http=True) if scheme == "http" else Q(url__istartswith=f"{scheme}://"))


CONDITION_BUILDERS: dict[str, Callable[[str], Condition]] = {
    "host": lambda host: equal("host", host),
    "number": _number,
    "member": lambda member: equal(Short("user_id"), member[: Short.LENGTH]),
    "finding": _finding,
    "drift": _drift,
    "event": _event,
    "family": lambda family: equal("family", "" if family == OTHER else family),
    "created_by": _created_by,
    "status": lambda status: equal(Short("list_status"), status[: Short.LENGTH]),
    "scheme": _scheme,
}
