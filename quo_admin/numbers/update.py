"""Keeps the coverage of numbers and their hosts up to date, in the transaction that changes what
they depend on.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import F, QuerySet
from django.utils import timezone

from quo_admin.chunks import in_chunks
from quo_admin.numbers import number_hosts
from quo_admin.numbers.coverage import EVENTS, STAR, state_of
from quo_admin.numbers.coverage_filters import state_now
from quo_admin.numbers.day import notes_on, subscriptions_on
from quo_admin.numbers.models import Coverage
from quo_admin.quo import spec
from quo_admin.webhooks.changes import Reach
from quo_admin.workspace.models import Number

AT_ONCE = 200  # numbers; their IDs are variables of a query
HOSTS_KEPT = 2
Key = tuple[str, str]  # number and event


class Values(NamedTuple):
    """The coverage of an event of a number, and all ``reached`` hosts as in ``NumberHost``."""

    state: str
    hosts: list[str]  # the first ones
    more: int
    reached: frozenset[str]


def on_webhooks_changed(changed: Reach, **kwargs: Any) -> None:
    numbers = {delivery.number for delivery in changed if delivery.event in EVENTS.values()}
    for ids in in_chunks(sorted(filter(None, numbers - {STAR})), AT_ONCE):
        update(ids)
    if STAR in numbers:
        update_all_states()


def on_numbers_changed(ids: Collection[str] | None, **kwargs: Any) -> None:
    """Store the coverage of numbers that are new; None stands for all numbers."""
    numbers = Number.objects.all() if ids is None else Number.objects.filter(quo_id__in=ids)
    without = numbers.filter(coverage=None).values_list("quo_id", flat=True)
    for chunk in in_chunks(sorted(without), AT_ONCE):
        update(chunk, new=chunk)


def update(ids: Collection[str], *, new: Collection[str] = ()) -> int:
    """Bring the coverage of these numbers up to date, and return how many rows were wrong.

    Args:
        ids: a few hundred at most. Numbers that the company never had have no coverage.
        new: those without coverage, which get it now.
    """
    stored = _stored(ids)
    right = _right({*new, *(id for id, _ in stored)})
    now = timezone.now()
    wrong = []
    for (id, event), (state, hosts, more, _) in right.items():
        row = stored.get((id, event))
        if row and (row.state, row.hosts, row.more) == (state, hosts, more):
            continue
        since = row.since if row and row.state == state else now
        values = {"state": state, "since": since, "hosts": hosts, "more": more}
        wrong.append(Coverage(number_id=id, event=event, **values))
    Coverage.objects.bulk_create(
        wrong,
        update_conflicts=True,
        unique_fields=["number", "event"],
        update_fields=["state", "since", "hosts", "more"],
    )
    number_hosts.update({id for id, _ in right}, _reached(right))
    return len(wrong)


def update_all_states() -> None:
    """Bring the states of all numbers up to date, in one statement for each event."""
    now = timezone.now()
    for event in EVENTS.values():
        rows = Coverage.objects.filter(event=event).annotate(right=state_now(event))
        rows.exclude(state=F("right")).update(state=F("right"), since=now)


def _reached(right: dict[Key, Values]) -> set[number_hosts.Reached]:
    return {(*key, host) for key, values in right.items() for host in values.reached}


def _stored(ids: Collection[str]) -> dict[Key, Coverage]:
    rows = Coverage.objects.filter(number__in=ids)
    return {(row.number_id, row.event): row for row in rows}


def _right(ids: Collection[str]) -> dict[Key, Values]:
    """Return what the coverage of these numbers must be."""
    named: dict[Key, list[_Sender]] = defaultdict(list)
    for id, event, *sender in _senders([*ids, STAR]):
        named[id, event].append(_Sender(*sender))
    notes = notes_on(None).filter(number_id__in=ids)
    noted = set(notes.values_list("number_id", "event"))
    return {
        (id, event.value): _values(
            named[id, event.value], named[STAR, event.value], noted=(id, event.value) in noted
        )
        for id in ids
        for event in EVENTS.values()
    }


class _Sender(NamedTuple):
    """A webhook that sends an event of a number, or would if it were enabled."""

    status: str | None
    endpoint_hash: str
    host: str
    quo_id: str

    @property
    def is_enabled(self) -> bool:
        return self.status == spec.Status.ENABLED


def _senders(ids: Collection[str]) -> QuerySet[Any, tuple[Any, ...]]:
    rows = subscriptions_on(None).filter(resource_id__in=ids, event__in=EVENTS.values())
    return rows.values_list(
        *("resource_id", "event", "webhook__status", "endpoint_hash"),
        *("webhook__host", "webhook__quo_id"),
    )


def _values(named: list[_Sender], stars: list[_Sender], *, noted: bool) -> Values:
    """Return state, first hosts, and how many more."""
    sending = [sender for sender in named if sender.is_enabled]
    hosts = sorted({sender.host or sender.quo_id for sender in sending or named})
    everywhere = [sender for sender in stars if sender.is_enabled]
    endpoints = [sender.endpoint_hash for sender in (*sending, *everywhere) if sender.endpoint_hash]
    state = state_of(
        twice=len(set(endpoints)) < len(endpoints),
        by_name=bool(sending),
        everywhere=bool(everywhere),
        noted=noted,
        disabled=bool(named or stars),
    )
    reached = frozenset(sender.host for sender in sending)
    return Values(state, hosts[:HOSTS_KEPT], max(len(hosts) - HOSTS_KEPT, 0), reached)


# Checking and rebuilding


def next_pks(after: int) -> list[int]:
    """Return the next numbers after a primary key, to check all of them in chunks."""
    rest = Number.objects.filter(pk__gt=after).order_by("pk")
    return list(rest.values_list("pk", flat=True)[:AT_ONCE])


def differences_in_words(pks: Collection[int]) -> list[str]:
    """Return what is wrong about the coverage of these numbers."""
    ids = _ids(pks)
    stored, right = _stored(ids), _right(ids)
    words = []
    wrong_hosts = number_hosts.differences(ids, _reached(right))
    for (id, event), values in sorted(right.items()):
        row = stored.get((id, event))
        if row is None:
            words.append(f"Number {id}: {event} was not stored.")
        elif row.state != values.state:
            words.append(f"Number {id}: {event} is {values.state}, not {row.state}.")
        elif (row.hosts, row.more) != values[1:3] or (id, event) in wrong_hosts:
            words.append(f"Number {id}: {event} has other hosts.")
    return words


def rebuild(pks: Collection[int]) -> int:
    """Bring the coverage of these numbers up to date, and return how many rows were wrong."""
    ids = _ids(pks)
    return update(ids, new=ids)


def _ids(pks: Collection[int]) -> list[str]:
    return list(Number.objects.filter(pk__in=pks).values_list("quo_id", flat=True))
