"""The filters beside the list: what there is to choose, how much each would show."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Case, Count, F, TextField, Value, When

from quo_admin.quo import spec
from quo_admin.webhooks.filters import Filters
from quo_admin.webhooks.models import Subscription
from quo_admin.webhooks.models.webhook import EVENT_WORDS, GONE
from quo_admin.workspace.models import Number

SHOWN = 8  # hosts and numbers; the others are found by search
STATUS_WORDS = {"enabled": "Enabled", "disabled": "Disabled", GONE: "Gone there"}


@dataclass(frozen=True)
class Choice:
    """One choice: its word, how many webhooks it would show, and the address that shows them.

    The address of one that is chosen already takes it back.
    """

    word: str
    count: int
    address: str
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A filter with its choices, the fullest first. ``more``: there are others than these."""

    title: str
    choices: list[Choice] = field(default_factory=list)
    more: bool = False


@dataclass(frozen=True)
class Chip:
    """A filter that is set: in words, with the address of the list without it."""

    words: str
    address: str


def facets(filters: Filters) -> list[Facet]:
    """Return the rail. Each filter counts what the others leave over."""
    return [_statuses(filters), _events(filters), _hosts(filters), _numbers(filters)]


def chips(filters: Filters) -> list[Chip]:
    names = _names([filters.number]) if filters.number else {}
    words = {
        "status": f"State: {STATUS_WORDS.get(filters.status, filters.status).lower()}",
        "event": f"Texts: {EVENT_WORDS.get(filters.event, filters.event).lower()}",
        "number": f"Number: {names.get(filters.number)}",
        "host": f"Host: {filters.host}",
        "scheme": f"Address: {filters.scheme}://",
    }
    return [Chip(words[name], filters.but(**{name: ""}).address) for name in filters.on]


def _facet(
    filters: Filters,
    name: str,
    title: str,
    counted: Iterable[tuple[str, int]],
    words: dict[str, str],
    most: int | None = None,
) -> Facet:
    here = getattr(filters, name)
    choices = [
        Choice(
            word=words.get(value, value),
            count=count,
            address=filters.but(**{name: "" if value == here else value}).address,
            chosen=value == here,
        )
        for value, count in counted
        if value
    ]
    return Facet(title, choices[:most], more=len(choices[:most]) < len(choices))


def _statuses(filters: Filters) -> Facet:
    gone = When(gone_at__isnull=False, then=Value(GONE))
    states = Case(gone, default=F("status"), output_field=TextField())
    found = filters.but(status="").webhooks().annotate(standing=states)
    counted = found.values_list("standing").annotate(n=Count("pk"))
    return _facet(filters, "status", "State", counted.order_by("-n", "standing"), STATUS_WORDS)


def _events(filters: Filters) -> Facet:
    rows = Subscription.objects.filter(webhook__in=filters.but(event="").webhooks())
    counted = rows.values_list("event").annotate(n=Count("webhook", distinct=True))
    return _facet(filters, "event", "Texts", counted.order_by("-n", "event"), EVENT_WORDS)


def _hosts(filters: Filters) -> Facet:
    found = filters.but(host="").webhooks().exclude(host="")
    counted = found.values_list("host").annotate(n=Count("pk")).order_by("-n", "host")
    return _facet(filters, "host", "Host", counted[: SHOWN + 1], {}, SHOWN)


def _numbers(filters: Filters) -> Facet:
    """The star first. Its webhooks count for each number too, since its texts reach them."""
    rows = Subscription.objects.filter(webhook__in=filters.but(number="").webhooks())
    everywhere = rows.filter(resource_id=spec.ALL_PHONE_NUMBERS)
    stars = everywhere.aggregate(n=Count("webhook", distinct=True))["n"]
    named = rows.exclude(resource_id=spec.ALL_PHONE_NUMBERS).values_list("resource_id")
    fullest = named.annotate(n=Count("webhook", distinct=True)).order_by("-n", "resource_id")
    counted = [(spec.ALL_PHONE_NUMBERS, stars)] if stars else []
    counted += [(id, n + stars) for id, n in fullest[: SHOWN + 1]]
    names = _names(id for id, _ in counted)
    return _facet(filters, "number", "Number", counted, names, SHOWN)


def _names(ids: Iterable[str]) -> dict[str, str]:
    ids = list(ids)
    unknown = {id: id for id in ids} | {spec.ALL_PHONE_NUMBERS: "All numbers"}
    return unknown | Number.objects.names(ids)
