"""Keeps the hosts of each number up to date, for ``update.py``."""

from collections.abc import Collection
from itertools import islice

from quo_admin.numbers.models import NumberHost

Reached = tuple[str, str, str]  # number, event and host

AT_ONCE = 500  # rows; their keys are variables of a query
COLUMNS = ("number_id", "event", "host")


def update(ids: Collection[str], right: Collection[Reached]) -> None:
    """Store these hosts of a few hundred numbers, and delete all other hosts of theirs."""
    rows = NumberHost.objects.filter(number__in=ids)
    stored = {tuple(reached): pk for pk, *reached in rows.values_list("pk", *COLUMNS)}
    wrong = iter([pk for reached, pk in stored.items() if reached not in right])
    while some := list(islice(wrong, AT_ONCE)):
        NumberHost.objects.filter(pk__in=some).delete()
    missing = (reached for reached in sorted(right) if reached not in stored)
    NumberHost.objects.bulk_create(
        (NumberHost(number_id=id, event=event, host=host) for id, event, host in missing),
        batch_size=AT_ONCE,
    )


def differences(ids: Collection[str], right: Collection[Reached]) -> set[tuple[str, str]]:
    """Return the numbers and events whose stored hosts are wrong."""
    stored = set(NumberHost.objects.filter(number__in=ids).values_list(*COLUMNS))
    return {(id, event) for id, event, _ in stored ^ set(right)}
