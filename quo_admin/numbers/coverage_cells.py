"""The cells of a few numbers, worked out from subscriptions: of a past day, or for an export."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.db.models import Case, Count, F, QuerySet, When

from quo_admin.numbers.coverage import EVENTS, STAR, Absence, Cell, State, hosts_of, state_of
from quo_admin.numbers.coverage_filters import ENABLED, duplicated
from quo_admin.numbers.day import Day, notes_on, subscriptions_on, uncertain_on
from quo_admin.numbers.models import Note
from quo_admin.quo import spec
from quo_admin.webhooks.models import Subscription
from quo_admin.workspace.models import Number

Rows = QuerySet[Subscription]
Key = tuple[str, str]  # number ID or STAR, and event


class _Covering(NamedTuple):
    """A webhook that covers an event of a number. It is certain if it has no absence."""

    is_enabled: bool
    host: str
    absence: Absence | None
    endpoint_hash: str
    beside_star: bool  # a webhook on all numbers has its endpoint, maybe at another time


@dataclass(frozen=True)
class _Everywhere:
    """How many webhooks on all numbers have one event: all of them, and the certain ones."""

    every: int = 0
    sending: int = 0
    certain: int = 0
    certain_sending: int = 0
    absence: Absence | None = None  # of an uncertain one, if there is any; enabled ones first


@dataclass(frozen=True)
class _Facts:
    """What the cells are worked out from. ``twice``: what is sent twice to an endpoint."""

    named: dict[Key, list[_Covering]]
    everywhere: dict[str, _Everywhere]
    notes: dict[Key, Note]
    twice: set[Key]
    certain_twice: set[Key]
    host_rows: dict[str, list[_Covering]] = field(default_factory=dict)  # on all numbers, by event


def cells(
    numbers: Sequence[Number], on: Day | None = None, *, all_hosts: bool = False
) -> dict[str, dict[str, Cell]]:
    """Return the cells of each number ID by the names of EVENTS, in four to eight queries.

    Args:
        all_hosts: name the hosts of webhooks on all numbers too, as an export does.
    """
    ids = [number.quo_id for number in numbers]
    facts = _facts(ids, on)
    if all_hosts:
        stars = _covering(_rows([STAR], on), on)
        facts = replace(facts, host_rows={event: stars[STAR, event] for event in EVENTS.values()})
    return {id: {name: _cell((id, event), facts) for name, event in EVENTS.items()} for id in ids}


def _facts(ids: list[str], on: Day | None) -> _Facts:
    named, everywhere = _covering(_rows(ids, on), on), _everywhere(on)
    rows = _rows(_suspects(named, everywhere), on).filter(ENABLED)
    others = subscriptions_on(on).filter(ENABLED)
    twice = certain_twice = _keys(duplicated(rows, others, on))
    absences = [each.absence for each in everywhere.values()]
    absences += [each.absence for covering in named.values() for each in covering]
    if on and twice and any(absences):
        sure = ~uncertain_on(on)
        certain_twice = _keys(duplicated(rows.filter(sure), others.filter(sure), on))
    notes = {(n.number_id, n.event): n for n in notes_on(on).filter(number_id__in=ids)}
    return _Facts(named, everywhere, notes, twice, certain_twice)


def _rows(ids: list[str], on: Day | None) -> Rows:
    return subscriptions_on(on).filter(resource_id__in=ids, event__in=EVENTS.values())


def _suspects(named: dict[Key, list[_Covering]], everywhere: dict[str, _Everywhere]) -> list[str]:
    """Return the numbers for which an endpoint has several webhooks, maybe one after the other."""
    found = {id for (id, _), covering in named.items() if _share_endpoint(covering)}
    if any(each.sending > 1 for each in everywhere.values()):
        found.add(STAR)
    return sorted(found)


def _share_endpoint(covering: Sequence[_Covering]) -> bool:
    sending = [each for each in covering if each.is_enabled and each.endpoint_hash]
    return len({each.endpoint_hash for each in sending}) < len(sending) or any(
        each.beside_star for each in sending
    )


def _keys(rows: Rows) -> set[Key]:
    return set(rows.values_list("resource_id", "event").distinct())


def _covering(rows: Rows, on: Day | None) -> dict[Key, list[_Covering]]:
    """Return the webhooks of each number and event, by host. No model, as there may be many."""
    found: dict[Key, list[_Covering]] = defaultdict(list)
    uncertain = uncertain_on(on)
    of_stars = Subscription.objects.filter(resource_id=STAR).values("endpoint_hash")
    values = rows.order_by("webhook__host", "webhook").values_list(
        *("resource_id", "event", "webhook__status", "webhook__host", "webhook__label"),
        *("webhook__quo_id", "endpoint_hash"),
        Case(When(endpoint_hash__in=of_stars, then=True), default=False),
        Case(When(uncertain, then=F("webhook__last_seen_at"))),
        Case(When(uncertain, then=F("webhook__missing_since"))),
    )
    for id, event, status, host, label, quo_id, endpoint, beside_star, seen, missing in values:
        absence = Absence(seen, missing) if seen else None
        enabled = status == spec.Status.ENABLED
        found[id, event].append(
            _Covering(enabled, host or label or quo_id, absence, endpoint, beside_star)
        )
    return found


def _everywhere(on: Day | None) -> dict[str, _Everywhere]:
    """Return the webhooks on all numbers as counts for each event, however many there are."""
    rows, sure = _rows([STAR], on), ~uncertain_on(on)
    counts = rows.values_list("event").annotate(
        every=Count("pk"),
        sending=Count("pk", filter=ENABLED),
        certain=Count("pk", filter=sure),
        certain_sending=Count("pk", filter=ENABLED & sure),
    )
    found = {event: _Everywhere(*few) for event, *few in counts}
    for event, each in found.items():
        if each.certain < each.every:
            gone = rows.filter(~sure, event=event)
            if each.certain_sending < each.sending:
                gone = gone.filter(ENABLED)
            first = gone.order_by("webhook__host", "webhook")
            times = first.values_list("webhook__last_seen_at", "webhook__missing_since")[0]
            found[event] = replace(each, absence=Absence(*times))
    return found


def _cell(key: Key, facts: _Facts) -> Cell:
    covering, star = facts.named[key], (STAR, key[1])
    everywhere = facts.everywhere.get(key[1], _Everywhere())
    note = facts.notes.get(key)
    state = state_of(
        twice=key in facts.twice or star in facts.twice,
        by_name=any(each.is_enabled for each in covering),
        everywhere=everywhere.sending > 0,
        noted=note is not None,
        disabled=bool(covering or everywhere.every),
    )
    sure = [each for each in covering if not each.absence]
    certain = state_of(
        twice=key in facts.certain_twice or star in facts.certain_twice,
        by_name=any(each.is_enabled for each in sure),
        everywhere=everywhere.certain_sending > 0,
        noted=note is not None,
        disabled=bool(sure or everywhere.certain),
    )
    shown = [*covering, *facts.host_rows.get(key[1], ())]
    if everywhere.sending or any(each.is_enabled for each in covering):
        shown = [each for each in shown if each.is_enabled]
    absences = [*(each.absence for each in shown), everywhere.absence]
    return Cell(
        state,
        hosts_of((each.host, not each.absence) for each in shown),
        note=note if state == State.NOTED else None,
        uncertain=certain != state,
        absence=next(filter(None, absences), None) if certain != state else None,
    )
