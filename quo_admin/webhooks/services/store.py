"""Writing Quo's word on a webhook over ours."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from quo_admin.quo.types import WebhookData
from quo_admin.webhooks import keys
from quo_admin.webhooks.addresses import host_of
from quo_admin.webhooks.models import Subscription, Webhook
from quo_admin.webhooks.models.webhook import family_of

# Characters. No number has a longer id (``types.ID_LENGTH``), and no index takes much longer text.
# The webhook's own columns keep whatever Quo told.
LONGEST_ASKED_FOR = 255


def store(data: WebhookData, *, made_by: str = "", now: datetime | None = None) -> Webhook:
    """Write Quo's latest word on one webhook over ours, with its key sealed; return the row.

    A key that Quo does not tell this time stays as it was: it cannot change without its webhook.
    One that was gone is back when Quo, asked since then, tells it without ``deletedAt``.

    Args:
        now: when Quo was asked.
    """
    now = now or timezone.now()
    told: dict[str, Any] = {
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
        "host": host_of(data.url),
        "family": family_of(data.events),
        "last_seen_at": now,
    }
    if data.created_at is not None:
        told["made_at"] = data.created_at
    if data.key is not None:
        told |= {"key_sealed": keys.seal(data.key), "key_fingerprint": keys.fingerprint(data.key)}
    with transaction.atomic():
        webhook, _ = Webhook.objects.update_or_create(
            quo_id=data.id,
            defaults=told,
            create_defaults={"made_at": now} | told | {"made_by": made_by, "first_seen_at": now},
        )
        webhook.subscriptions.all().delete()
        Subscription.objects.bulk_create(
            Subscription(webhook=webhook, event=event, resource_id=resource_id)
            for event in dict.fromkeys(data.events or ())
            for resource_id in dict.fromkeys(data.resource_ids or ())
            if len(event) <= LONGEST_ASKED_FOR and len(resource_id) <= LONGEST_ASKED_FOR
        )
        _leave_or_come_back(webhook, deleted=data.deleted_at is not None, now=now)
    return webhook


def _leave_or_come_back(webhook: Webhook, *, deleted: bool, now: datetime) -> None:
    told: dict[str, Any] = {"gone_at": now} if deleted else {"gone_at": None, "gone_by": ""}
    rows = Webhook.objects.live() if deleted else Webhook.objects.filter(gone_at__lt=now)
    if rows.filter(pk=webhook.pk).update(**told):
        webhook.refresh_from_db(fields=told)
