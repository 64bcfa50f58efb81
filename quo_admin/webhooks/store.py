"""Storing what Quo returned about a webhook."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from quo_admin import clock
from quo_admin.quo import spec
from quo_admin.quo.types import WebhookData
from quo_admin.webhooks.changes import changing
from quo_admin.webhooks.endpoints import (
    endpoint_hash_of,
    host_of,
    is_unreachable,
    offered_url,
)
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.models import Drift, Subscription, Webhook
from quo_admin.webhooks.models.drift import NO_DRIFT
from quo_admin.webhooks.models.webhook import family_of

# Characters. No number has a longer ID (``types.ID_LENGTH``), and indexes are limited.
# The webhook's own columns keep whatever Quo returned.
MAX_INDEXED_LENGTH = 255
MAX_SORT_NAME_LENGTH = 100  # characters


def store(data: WebhookData, *, now: datetime | None = None) -> Webhook:
    """Store what Quo returned about one webhook, with its key sealed, and return the row.

    Without a key in the response the stored key stays: it cannot change without its webhook. A
    missing webhook is back if a later response contains it without ``deletedAt``.

    Args:
        now: when the request to Quo was sent.
    """
    now = now or clock.now()
    with changing() as change:
        webhook = Webhook.objects.filter(quo_id=data.id).first()
        if webhook is None:
            [webhook] = store_new([data], now=now)
            return webhook
        change.add(webhook.pk)
        values = _values(data, now)
        vars(webhook).update(values)
        webhook.save(update_fields=values)
        _store_subscriptions(webhook)
        _update_missing_since(webhook, deleted=data.deleted_at is not None, now=now)
    return webhook


def store_new(listed: Sequence[WebhookData], *, now: datetime, **ours: Any) -> list[Webhook]:
    """Store webhooks that are not stored yet, a few hundred at most, and return the rows.

    Args:
        now: when the request to Quo was sent.
        ours: values of our own columns.
    """
    rows = []
    for data in listed:
        values = {"created_or_seen_at": now} | _values(data, now) | {"first_seen_at": now} | ours
        missing_since = now if data.deleted_at else None
        rows.append(Webhook(quo_id=data.id, missing_since=missing_since, **values))
    with changing() as change:
        webhooks = Webhook.objects.bulk_create(rows)
        Subscription.objects.bulk_create(
            subscription for webhook in webhooks for subscription in _subscriptions(webhook)
        )
        change.add_new(*(webhook.pk for webhook in webhooks))
    return webhooks


def _values(data: WebhookData, now: datetime) -> dict[str, Any]:
    """Return the columns that follow from Quo's response."""
    values: dict[str, Any] = derived(data) | {
        "user_id": data.user_id,
        "org_id": data.org_id,
        "label": data.label,
        "status": data.status,
        "url": data.url,
        "created_at": data.created_at,
        "updated_at": data.updated_at,
        "deleted_at": data.deleted_at,
        "events": data.events,
        "resource_ids": data.resource_ids,
        "last_seen_at": now,
    }
    values["sort_name"] = (data.label or data.id).lower()[:MAX_SORT_NAME_LENGTH]
    if data.created_at is not None:
        values["created_or_seen_at"] = data.created_at
    if data.key is not None:
        values |= {
            "key_sealed": sealing.seal(data.key),
            "sealed_with": sealing.newest_mark(),
            "key_fingerprint": sealing.fingerprint(data.key),
        }
    return values


def _subscriptions(webhook: Webhook) -> list[Subscription]:
    """Return an unsaved row for each event of each number."""
    return [
        Subscription(
            webhook=webhook, event=event, resource_id=id, endpoint_hash=webhook.endpoint_hash
        )
        for event in dict.fromkeys(webhook.events or ())
        for id in dict.fromkeys(webhook.resource_ids or ())
        if len(event) <= MAX_INDEXED_LENGTH and len(id) <= MAX_INDEXED_LENGTH
    ]


def _store_subscriptions(webhook: Webhook) -> None:
    """Replace the subscriptions of a stored webhook, if they changed."""
    wanted = _subscriptions(webhook)
    rows = webhook.subscriptions.all()
    stored = set(rows.values_list("event", "resource_id", "endpoint_hash"))
    if stored == {(row.event, row.resource_id, row.endpoint_hash) for row in wanted}:
        return
    if stored:
        rows.delete()
    Subscription.objects.bulk_create(wanted)


def record_creator(webhook: Webhook, *, by: str) -> None:
    """Store who created it here. A faster sync may have marked it "not created here"."""
    rows = Webhook.objects.filter(pk=webhook.pk)
    with changing() as change:
        change.add(webhook.pk)
        rows.update(created_by=by)
        rows.filter(drift=Drift.NOT_CREATED_HERE).update(**NO_DRIFT)
    webhook.refresh_from_db()


def derived(data: WebhookData) -> dict[str, Any]:
    """Return the columns that are derived from Quo's, for queries."""
    ids = set(data.resource_ids or ()) - {spec.ALL_PHONE_NUMBERS}
    return {
        "host": host_of(data.url),
        "family": family_of(data.events),
        "is_unreachable": is_unreachable(data.url),
        "is_plain_http": (data.url or "").lower().startswith("http:"),
        "endpoint_hash": endpoint_hash_of(data.url),
        "offered_url": offered_url(data.url),
        "number_count": len(ids),
        "event_set": ",".join(sorted(set(data.events or ())))[:MAX_INDEXED_LENGTH],
    }


def _update_missing_since(webhook: Webhook, *, deleted: bool, now: datetime) -> None:
    values: dict[str, Any] = (
        {"missing_since": now} if deleted else {"missing_since": None, "deleted_by": ""}
    )
    if deleted:
        rows = Webhook.objects.live()
    elif webhook.missing_since:
        rows = Webhook.objects.filter(clock.not_since("missing_since", now, now=clock.now()))
    else:
        return
    if rows.filter(pk=webhook.pk).update(**values):
        webhook.refresh_from_db(fields=values)
