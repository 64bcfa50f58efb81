"""Asking for webhooks by several conditions at once, so that a page of them comes at once.

Where a condition finds few, those are taken by their ids and the rest is asked of them alone.
Where each finds many, the list is walked in its order, and the page is soon full.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.lookups import Exact, In

from quo_admin.webhooks.models import Subscription, Webhook
from quo_admin.webhooks.models.cursor import Order
from quo_admin.webhooks.models.expressions import OnTheWay
from quo_admin.webhooks.models.webhook import WebhookQuerySet

FEW = 1_000  # rows: read by their ids in 10 ms, and rarer than this a walk takes long to meet


@dataclass(frozen=True)
class Condition:
    """One thing that is asked of webhooks, spelled in three ways that find the same ones.

    Attributes:
        pks: theirs, by an index where there is one; some may come twice.
        asks: for all of them at once, as for counting.
        tests: each webhook on the way.
        leads: an index has those that it asks for, newest first.
    """

    pks: QuerySet[Any, int]
    asks: Q
    tests: Q
    leads: bool = False

    @cached_property
    def few(self) -> list[int] | None:
        """The webhooks, if they are few."""
        pks = list(self.pks[: FEW + 1])
        return pks if len(pks) <= FEW else None


def matching(conditions: Iterable[Condition], *, order: Order | None = None) -> WebhookQuerySet:
    """Return the webhooks that all conditions find, to be counted, or to be read in this order."""
    conditions = list(conditions)
    for condition in conditions:
        if condition.few is not None:
            rest = (other.tests for other in conditions if other is not condition)
            return Webhook.objects.filter(*rest, pk__in=condition.few)
    if order is None:
        return Webhook.objects.filter(*(condition.asks for condition in conditions))
    leading = (condition for condition in conditions if condition.leads and order.key is None)
    lead = next(leading, None)
    return Webhook.objects.filter(
        *(each.asks if each is lead else each.tests for each in conditions)
    )


def where(asks: Q, tests: Q | None = None) -> Condition:
    return Condition(Webhook.objects.filter(asks).values_list("pk", flat=True), asks, tests or asks)


def equal(column: str | Combinable, *values: str) -> Condition:
    """Ask for one of these values of a column, or of an expression, that has an index."""
    here = F(column) if isinstance(column, str) else column
    if len(values) == 1:
        asks, tests = Q(Exact(here, values[0])), Q(Exact(OnTheWay(here), values[0]))
    else:
        asks, tests = Q(In(here, values)), Q(In(OnTheWay(here), values))
    pks = Webhook.objects.filter(asks).values_list("pk", flat=True)
    return Condition(pks, asks, tests, leads=len(values) == 1)


def subscribed(rows: QuerySet[Subscription]) -> Condition:
    """Ask for the webhooks of these subscriptions."""
    return Condition(
        pks=rows.values_list("webhook", flat=True),
        asks=Q(pk__in=rows.values("webhook")),
        tests=Q(Exists(rows.filter(webhook=OuterRef("pk")))),
    )


NOTHING = Condition(Webhook.objects.none().values_list("pk", flat=True), Q(pk__in=[]), Q(pk__in=[]))
