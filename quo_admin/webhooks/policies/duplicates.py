"""Duplicate deliveries: the same event of the same number sent to the same endpoint twice.

A webhook on all numbers (``*``) covers every number. A disabled webhook sends nothing, so it
duplicates nothing; one with an unknown status may send.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.db import connection

from quo_admin.quo import spec
from quo_admin.webhooks.models import Subscription, Webhook

PARTNERS = 50  # partners listed for one event of one number

# The self-join starts from the subscriptions of a few webhooks and finds the others by their
# endpoint's index. The ORM can only say this as IN lists, which try every combination.
_SENDS = "{w}.missing_since IS NULL AND ({w}.status IS NULL OR {w}.status <> %s)"
_PARTNERS = f"""
SELECT mine.webhook_id, mine.event, mine.resource_id, other.webhook_id, theirs.quo_id
FROM {Subscription._meta.db_table} mine
JOIN {Webhook._meta.db_table} ours ON ours.id = mine.webhook_id
JOIN {Subscription._meta.db_table} other
  ON other.endpoint_hash = mine.endpoint_hash AND other.event = mine.event AND {{same_number}}
JOIN {Webhook._meta.db_table} theirs ON theirs.id = other.webhook_id
WHERE mine.webhook_id IN ({{pks}}) AND mine.endpoint_hash <> ''
  AND other.webhook_id <> mine.webhook_id
  AND {_SENDS.format(w="ours")} AND {_SENDS.format(w="theirs")}
"""  # noqa: S608 (table names, and as many placeholders as keys)
_SAME_NUMBER = (
    "mine.resource_id <> %s AND other.resource_id IN (mine.resource_id, %s)",
    "mine.resource_id = %s AND %s = mine.resource_id",  # all numbers meet every number
)


class Partner(NamedTuple):
    """A webhook (``pk``) sends an event of a number, and another sends it to the same endpoint."""

    pk: int
    event: str
    number: str
    other_pk: int
    other_id: str


def partners(pks: Collection[int]) -> list[Partner]:
    """Return all webhooks that duplicate one of these."""
    if not pks:
        return []
    places = ", ".join(["%s"] * len(pks))
    everywhere, disabled = spec.ALL_PHONE_NUMBERS, spec.Status.DISABLED.value
    parts = [_PARTNERS.format(same_number=same, pks=places) for same in _SAME_NUMBER]
    values: list[str | int] = [everywhere, everywhere, *pks, disabled, disabled]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(parts), values * len(parts))
        return [Partner(*row) for row in cursor.fetchall()]


def pairs(found: Collection[Partner]) -> set[tuple[int, str]]:
    """Return (pk, ID of the other), at most 50 others for one event of one number."""
    others: dict[tuple[int, str, str], list[tuple[int, str]]] = defaultdict(list)
    for partner in found:
        others[partner[:3]].append((partner.other_pk, partner.other_id))
    return {
        (pk, other_id)
        for (pk, _, _), many in others.items()
        for _, other_id in sorted(many)[:PARTNERS]
    }
