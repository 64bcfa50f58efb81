"""Where else the messages of a webhook's numbers are sent."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from quo_admin.quo import spec
from quo_admin.webhooks.endpoints import normalized_url
from quo_admin.webhooks.models import Subscription, Webhook

SHOWN = 10  # other webhooks of one number
NAMED = ("quo_id", "label", "host", "url")
PARTS = 100  # in one query; SQLite takes 500
Pairs = QuerySet[Subscription, tuple[str, int]]  # number and webhook


@dataclass(frozen=True)
class OtherWebhook:
    """Another webhook for some of the same messages; ``twice`` if it has the same URL."""

    webhook: Webhook
    twice: bool

    @property
    def endpoint(self) -> str:
        return self.webhook.host or str(self.webhook)


def also_sent_to(webhook: Webhook, ids: Sequence[str]) -> dict[str, list[OtherWebhook]]:
    """Return for each of these numbers, and ``*``, the others that receive the same events.

    Webhooks on all numbers are listed once, under ``*``. Only webhooks with an event of this one
    count: another event is not a duplicate. Those with the same URL come first, and each number has
    at most one more than SHOWN.
    """
    ids = [*ids, spec.ALL_PHONE_NUMBERS]
    events = set(webhook.events or ())
    rows = Subscription.objects.sending().filter(event__in=events).exclude(webhook=webhook)
    parts = [ids[start : start + PARTS] for start in range(0, len(ids), PARTS)]
    some = chain.from_iterable(_some(rows, part, (SHOWN + 1) * len(events)) for part in parts)
    pairs = list(dict.fromkeys([*_same(rows, webhook.endpoint_hash, ids), *some]))
    others = Webhook.objects.only(*NAMED).in_bulk({pk for _, pk in pairs})
    url = normalized_url(webhook.url)
    reached: dict[str, list[OtherWebhook]] = defaultdict(list)
    for id, pk in pairs:
        reached[id].append(OtherWebhook(others[pk], normalized_url(others[pk].url) == url))
    return {id: sorted(reached[id], key=_by_weight)[: SHOWN + 1] for id in ids}


def _by_weight(reach: OtherWebhook) -> tuple[bool, str]:
    return not reach.twice, reach.webhook.host


def _same(rows: QuerySet[Subscription], endpoint_hash: str, ids: list[str]) -> Pairs:
    """Return the first webhooks of each number with the same URL, by an index."""
    by = [F("resource_id"), F("event")]
    row = Window(RowNumber(), partition_by=by, order_by="webhook_id")
    same = rows.filter(endpoint_hash=endpoint_hash, resource_id__in=ids).annotate(row=row)
    return same.filter(row__lte=SHOWN + 1).values_list("resource_id", "webhook")


def _some(rows: QuerySet[Subscription], ids: list[str], enough: int) -> Pairs:
    """Return the first webhooks of each number. A busy number has thousands, so each part is
    limited.
    """
    firsts = [
        Subscription.objects.filter(
            pk__in=rows.filter(resource_id=id).order_by("webhook_id").values("pk")[:enough]
        ).values_list("resource_id", "webhook")
        for id in ids
    ]
    return firsts[0].union(*firsts[1:], all=True)
