"""Duplicate deliveries: the same event of the same number sent to the same endpoint twice.

A webhook on all numbers (``*``) covers every number. A disabled webhook sends nothing, so it
duplicates nothing; one with an unknown status may send.
"""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from quo_admin.quo import spec
from quo_admin.webhooks.models import Subscription, Webhook
from quo_admin.webhooks.models.webhook import WebhookQuerySet

PARTNERS = 50  # partners listed for one event of one number
ALL = spec.ALL_PHONE_NUMBERS


def may_send() -> WebhookQuerySet:
    return Webhook.objects.live().exclude(status=spec.Status.DISABLED)


def webhooks() -> WebhookQuerySet:
    """Return the webhooks that duplicate another. Each subscription finds another by one index.

    Whether it is on all numbers is tested before who else has its endpoint: otherwise each of a
    webhook's thousands of subscriptions would read all the others.
    """
    alike = _sent().filter(endpoint_hash=OuterRef("endpoint_hash"), event=OuterRef("event"))
    others = alike.exclude(webhook=OuterRef("webhook"))
    twice = (
        Exists(others.filter(resource_id=OuterRef("resource_id")))
        | Exists(others.filter(resource_id=ALL))
        | (Q(resource_id=ALL) & Q(Exists(others)))
    )
    mine = Subscription.objects.filter(twice, webhook=OuterRef("pk")).exclude(endpoint_hash="")
    return may_send().filter(Exists(mine))


def pairs(pks: Collection[int]) -> set[tuple[int, str]]:
    """Return (pk, ID of the other) for each of these webhooks and each one that duplicates it.

    At most 50 partners of one event of one number.
    """
    mine = list(_rows(_sent().filter(webhook__in=pks)))
    events = {event for _, _, event, _, _ in mine}
    hashes = {endpoint_hash for _, endpoint_hash, _, id, _ in mine if id == ALL}
    ids = {id for _, _, _, id, _ in mine} - {ALL}
    rows = _sent().filter(event__in=events)
    same = rows.filter(resource_id__in=[*ids, ALL], endpoint_hash__in={row[1] for row in mine})
    others = list(_cut(same, "resource_id"))
    if hashes:
        others += _cut(rows.filter(endpoint_hash__in=hashes))
    return _matched(mine, others)


Row = tuple[int, str, str, str, str]  # webhook, its endpoint hash, event, number, the webhook's ID


def _matched(mine: list[Row], others: list[Row]) -> set[tuple[int, str]]:
    by_number: dict[tuple[str, str, str], dict[int, str]] = defaultdict(dict)
    by_text: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for pk, endpoint_hash, event, id, quo_id in others:
        by_number[endpoint_hash, event, id][pk] = quo_id
        by_text[endpoint_hash, event][pk] = quo_id
    found: set[tuple[int, str]] = set()
    for pk, endpoint_hash, event, id, _ in mine:
        if id == ALL:
            met = by_text[endpoint_hash, event]
        else:
            met = by_number[endpoint_hash, event, id] | by_number[endpoint_hash, event, ALL]
        found |= {(pk, quo_id) for other, quo_id in met.items() if other != pk}
    return found


def _sent() -> QuerySet[Subscription]:
    """Return the subscriptions of webhooks that may send. A join: a list of them may be long."""
    sends = ~Q(webhook__status=spec.Status.DISABLED) & ~Q(endpoint_hash="")
    return Subscription.objects.filter(sends, webhook__missing_since=None)


def _cut(rows: QuerySet[Subscription], *by: str) -> QuerySet[Subscription, Row]:
    partition = [F("endpoint_hash"), F("event"), *map(F, by)]
    endpoint_hash = Window(RowNumber(), partition_by=partition, order_by="webhook_id")
    return _rows(rows.annotate(row=endpoint_hash).filter(row__lte=PARTNERS + 1))


def _rows(rows: QuerySet[Subscription]) -> QuerySet[Subscription, Row]:
    return rows.values_list(
        "webhook_id", "endpoint_hash", "event", "resource_id", "webhook__quo_id"
    )
