"""Filtering webhooks by several conditions so that a page comes fast.

If a condition finds few webhooks, they are read by primary key and the other conditions test only
those. If each finds many, the list is read in its order, and the page is soon full.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.lookups import Exact, In

from quo_admin.webhooks.models import Finding, Subscription, Webhook
from quo_admin.webhooks.models.cursor import Order
from quo_admin.webhooks.models.expressions import WithoutIndex
from quo_admin.webhooks.models.webhook import WebhookQuerySet

FEW = 1_000  # rows: read by primary key in 10 ms; rarer ones take long to meet in the list's order


@dataclass(frozen=True)
class Condition:
    """One condition on webhooks, in three forms that find the same ones.

    Attributes:
        pks: their primary keys, by an index if there is one; possibly with duplicates.
        asks: for all of them at once, as for counting.
        tests: for each webhook while the list is read.
        leads: an index has them, newest first.
    """

    pks: QuerySet[Any, int]
    asks: Q
    tests: Q
    leads: bool = False

    @cached_property
    def few(self) -> list[int] | None:
        """The primary keys, if they are few."""
        pks = list(self.pks[: FEW + 1])
        return pks if len(pks) <= FEW else None


def matching(conditions: Iterable[Condition], *, order: Order | None = None) -> WebhookQuerySet:
    """Return the webhooks that meet all conditions, to be counted, or to be read in this order."""
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
    """Return the condition for one of these values of an indexed column or expression."""
    here = F(column) if isinstance(column, str) else column
    if len(values) == 1:
        asks, tests = Q(Exact(here, values[0])), Q(Exact(WithoutIndex(here), values[0]))
    else:
        asks, tests = Q(In(here, values)), Q(In(WithoutIndex(here), values))
    pks = Webhook.objects.filter(asks).values_list("pk", flat=True)
    return Condition(pks, asks, tests, leads=len(values) == 1)


def of_webhooks(rows: QuerySet[Subscription] | QuerySet[Finding]) -> Condition:
    """Return the condition for the webhooks of these rows."""
    return Condition(
        pks=rows.values_list("webhook", flat=True),
        asks=Q(pk__in=rows.values("webhook")),
        tests=Q(Exists(rows.filter(webhook=OuterRef("pk")))),
    )


NOTHING = Condition(Webhook.objects.none().values_list("pk", flat=True), Q(pk__in=[]), Q(pk__in=[]))
