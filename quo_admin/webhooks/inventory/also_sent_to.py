"""Where else the messages of a webhook's numbers are sent."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from django.db import connection

from quo_admin.chunks import in_chunks
from quo_admin.quo import spec
from quo_admin.webhooks.endpoints import normalized_url
from quo_admin.webhooks.models import Subscription, Webhook

SHOWN = 10  # other webhooks of one number
PARTS = 100  # numbers in one query, two parts of it each; SQLite takes 500

# A busy number has thousands of webhooks, so each part reads the first few by an index and stops.
# The ORM can say this too, but building it for ten numbers costs more than the rest of the page.
_FIRST = f"""
SELECT * FROM (
  SELECT subscription.resource_id, subscription.webhook_id
  FROM {Subscription._meta.db_table} subscription
  JOIN {Webhook._meta.db_table} webhook ON webhook.id = subscription.webhook_id
  WHERE {{same}} subscription.resource_id = %s AND subscription.event IN ({{events}})
    AND webhook.id <> %s AND webhook.status = %s
    AND webhook.missing_since IS NULL AND webhook.deleted_at IS NULL
  ORDER BY subscription.webhook_id LIMIT %s
) AS part
"""  # noqa: S608 (table names, and as many placeholders as events)
_NAMED = f"""
SELECT DISTINCT found.resource_id, webhook.id, webhook.quo_id, webhook.label, webhook.host,
  webhook.url
FROM ({{parts}}) AS found
JOIN {Webhook._meta.db_table} webhook ON webhook.id = found.webhook_id
ORDER BY webhook.id
"""  # noqa: S608 (a table name, and the parts above)


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
    url = normalized_url(webhook.url)
    reached: dict[str, list[OtherWebhook]] = defaultdict(list)
    for id, other in _others(webhook, ids):
        reached[id].append(OtherWebhook(other, normalized_url(other.url) == url))
    return {id: sorted(reached[id], key=_by_weight)[: SHOWN + 1] for id in ids}


def _by_weight(reach: OtherWebhook) -> tuple[bool, str]:
    return not reach.twice, reach.webhook.host


def _others(webhook: Webhook, ids: list[str]) -> Iterator[tuple[str, Webhook]]:
    """Yield for each number the first webhooks with the same URL, and the first of all."""
    events = sorted(set(webhook.events or ()))
    if not events:
        return
    places = ", ".join(["%s"] * len(events))
    same, first = (
        _FIRST.format(events=places, same=same)
        for same in ("subscription.endpoint_hash = %s AND", "")
    )
    rest = [*events, webhook.pk, spec.Status.ENABLED.value, (SHOWN + 1) * len(events)]
    for some in in_chunks(ids, PARTS):
        sql = _NAMED.format(parts=" UNION ALL ".join([same, first] * len(some)))
        values = [(webhook.endpoint_hash, id, *rest, id, *rest) for id in some]
        with connection.cursor() as cursor:
            cursor.execute(sql, list(chain.from_iterable(values)))
            for id, pk, quo_id, label, host, url in cursor.fetchall():
                yield id, Webhook(pk=pk, quo_id=quo_id, label=label, host=host, url=url)
