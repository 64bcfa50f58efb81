"""What staff do with webhooks: create one, and see its key."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.quo import connect
from quo_admin.quo.exceptions import Fault, OutcomeUnknown, QuoError
from quo_admin.quo.types import NewMessageWebhook, WebhookData
from quo_admin.webhooks import keys
from quo_admin.webhooks.models import (
    Attempt,
    Receipt,
    Subscription,
    Webhook,
    address_of,
    family_of,
    host_of,
)


class WebhookNotCreated(Exception):
    """Quo said no, or could not be reached. Nothing changed. The text is for the staff member.

    ``fault`` is what Quo said, where it said anything: pages put its parts at their fields.
    """

    def __init__(self, text: str, fault: Fault | None = None) -> None:
        super().__init__(text)
        self.fault = fault


class WebhookMaybeCreated(Exception):
    """No usable answer came. There may be a webhook now. The text is for the staff member."""


def create_message_webhook(*, actor: str, wanted: NewMessageWebhook) -> Webhook:
    """Create a webhook at Quo, copy it here, and record who did it.

    The attempt is on disk before the request leaves, and the call is made outside any
    transaction: a slow answer must not hold database locks, and a crash must leave a trace.

    Args:
        actor: username of the staff member, for the trail.

    Raises:
        WebhookNotCreated: nothing changed anywhere; correct and send again.
        WebhookMaybeCreated: the attempt stays "unknown" until somebody looks at Quo.
    """
    attempt = Attempt.objects.begin(actor=actor, wanted=wanted)
    try:
        data = connect.client().create_message_webhook(wanted)
        return _end_created(attempt, data, wanted)
    except OutcomeUnknown as exc:
        _end(attempt, Attempt.State.UNKNOWN, Action.WEBHOOK_UNKNOWN, wanted, exc)
        raise WebhookMaybeCreated(
            "Quo gave no usable answer, so this webhook may exist now. Look at Quo before you "
            f"send it again, or there may be two. What you typed is kept in attempt {attempt.pk}."
        ) from exc
    except QuoError as exc:
        _end(attempt, Attempt.State.REFUSED, Action.WEBHOOK_REFUSED, wanted, exc)
        raise WebhookNotCreated(f"The webhook was not created. {exc}", exc.fault) from exc


def _end_created(attempt: Attempt, data: WebhookData, wanted: NewMessageWebhook) -> Webhook:
    """Store the copy, the attempt's end and the trail's entry together, or none of them.

    Raises:
        OutcomeUnknown: Quo answered with a webhook that another attempt made.
    """
    with transaction.atomic():
        if Attempt.objects.filter(webhook__quo_id=data.id).exists():
            raise OutcomeUnknown(f"Quo answered with {data.id}, which another attempt made.")
        webhook = store(data, made_by=attempt.actor)
        attempt.end(Attempt.State.CREATED, webhook=webhook)
        audit.record(
            actor=attempt.actor,
            action=Action.WEBHOOK_CREATED,
            target=webhook.quo_id,
            label=str(webhook),
            after=_in_short(wanted),
        )
    return webhook


def _end(
    attempt: Attempt, state: Attempt.State, action: Action, wanted: NewMessageWebhook, exc: QuoError
) -> None:
    with transaction.atomic():
        attempt.end(state, message=str(exc), fault=exc.fault)
        audit.record(
            actor=attempt.actor,
            action=action,
            target=f"attempt {attempt.pk}",
            label=wanted.label or "",
            after=f"{_in_short(wanted)}: {exc}",
        )


def _in_short(wanted: NewMessageWebhook) -> str:
    numbers = ", ".join(wanted.resource_ids[:3]) + (" …" if len(wanted.resource_ids) > 3 else "")
    return f"{', '.join(wanted.events)} of {numbers} to {address_of(wanted.url)}"


def store(data: WebhookData, *, made_by: str = "", now: datetime | None = None) -> Webhook:
    """Write Quo's latest word on one webhook over ours, with its key sealed; return the row.

    A key that Quo does not tell this time stays as it was: it cannot change without its webhook.
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
    if data.key is not None:
        told |= {"key_sealed": keys.seal(data.key), "key_fingerprint": keys.fingerprint(data.key)}
    with transaction.atomic():
        webhook, _ = Webhook.objects.update_or_create(
            quo_id=data.id,
            defaults=told,
            create_defaults=told | {"made_by": made_by, "first_seen_at": now},
        )
        webhook.subscriptions.all().delete()
        Subscription.objects.bulk_create(
            Subscription(webhook=webhook, event=event, resource_id=resource_id)
            for event in dict.fromkeys(data.events or ())
            for resource_id in dict.fromkeys(data.resource_ids or ())
        )
    return webhook


def give_receipt(*, actor: str, staff_id: int, webhook: Webhook) -> Receipt:
    """Write to the trail that this person sees this key, and give the right to look at it once.

    Both in one transaction: no entry, no receipt, no key.
    """
    with transaction.atomic():
        audit.record(
            actor=actor,
            action=Action.KEY_REVEALED,
            target=webhook.quo_id,
            label=str(webhook),
            after=f"fingerprint {webhook.key_fingerprint}",
        )
        return Receipt.objects.give(webhook, staff_id=staff_id, now=timezone.now())


def take_key(*, token: str, staff_id: int, webhook: Webhook) -> str | None:
    """Use up the receipt and return the key, or None where there is no such right (any more).

    Raises:
        KeyUnreadable: FIELD_KEYS of this installation do not open it.
    """
    used = Receipt.objects.use_up(
        token, quo_id=webhook.quo_id, staff_id=staff_id, now=timezone.now()
    )
    return keys.unseal(webhook.key_sealed) if used and webhook.key_sealed else None
