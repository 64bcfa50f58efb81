"""Where else the texts of a webhook's numbers go."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Case, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from quo_admin.quo import spec
from quo_admin.webhooks.addresses import same_address
from quo_admin.webhooks.models import Subscription, Webhook

SHOWN = 20  # others of one number; who has more needs no longer list


@dataclass(frozen=True)
class Reach:
    """Another webhook that some of the same texts reach; ``twice`` when it has the same URL."""

    webhook: Webhook
    twice: bool


def also_reached(webhook: Webhook) -> dict[str, list[Reach]]:
    """Return for each number of a webhook the others that Quo sends its same texts to.

    Those on all numbers stand once, under the star, since they are each number's. Only webhooks
    with an event of this one count: one for delivered texts is no other way for received ones.
    Those to the same URL come first, and of each number one more than SHOWN at the most.
    """
    ids = [*(webhook.resource_ids or ()), spec.ALL_PHONE_NUMBERS]
    mine = webhook.subscriptions.all()
    rows = Subscription.objects.filter(
        Q(resource_id__in=mine.values("resource_id")) | Q(resource_id=spec.ALL_PHONE_NUMBERS),
        event__in=mine.values("event"),
        webhook__in=Webhook.objects.sending().exclude(pk=webhook.pk),
    )
    pairs = list(dict.fromkeys(_first(rows, webhook.place)))
    others = Webhook.objects.defer("key_sealed").in_bulk({pk for _, pk in pairs})
    url = same_address(webhook.url)
    reached: dict[str, list[Reach]] = defaultdict(list)
    for id, pk in pairs:
        reached[id].append(Reach(others[pk], same_address(others[pk].url) == url))
    return {id: sorted(reached[id], key=_by_weight)[: SHOWN + 1] for id in ids}


def _by_weight(reach: Reach) -> tuple[bool, str]:
    return not reach.twice, reach.webhook.host


def _first(rows: QuerySet[Subscription], place: str) -> QuerySet[Subscription, tuple[str, int]]:
    """Return number and webhook of the first rows of each event of each number."""
    same = Case(When(place=place, then=Value(0)), default=Value(1))
    row = Window(
        RowNumber(),
        partition_by=[F("resource_id"), F("event")],
        order_by=[same.asc(), F("webhook_id").asc()],
    )
    return rows.annotate(row=row).filter(row__lte=SHOWN + 1).values_list("resource_id", "webhook")
