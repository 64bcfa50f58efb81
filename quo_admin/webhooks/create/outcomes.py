"""Storing the outcome of a create: our copy, the attempt and the audit entry, all or nothing."""

from django.db import transaction

from quo_admin import clock, locks
from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.quo.exceptions import OutcomeUnknown, QuoError
from quo_admin.quo.types import NewMessageWebhook, WebhookData
from quo_admin.webhooks.changes import changing
from quo_admin.webhooks.endpoints import display_url
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.store import record_creator, store


def end_created(attempt: Attempt, data: WebhookData, wanted: NewMessageWebhook) -> Webhook:
    """Store the webhook that Quo created, and return our copy.

    Raises:
        OutcomeUnknown: Quo returned a webhook that this attempt cannot have created. Our copy of it
            stays as it is; a look at Quo finds the right one.
    """
    with changing():
        attempt.refresh_from_db()
        if attempt.webhook:  # the response was so slow that the webhook was found meanwhile
            return attempt.webhook
        if Attempt.objects.filter(webhook__quo_id=data.id).exists():
            raise OutcomeUnknown(f"Quo answered with {data.id}, which another attempt created.")
        seen_before = clock.not_since("first_seen_at", attempt.started_at, now=clock.now())
        if Webhook.objects.filter(seen_before, quo_id=data.id).exists():
            raise OutcomeUnknown(f"Quo answered with {data.id}, which existed before the request.")
        webhook = store(data)
        record_creator(webhook, by=attempt.actor)
        attempt.end(Attempt.State.CREATED, webhook=webhook)
        audit.record(
            actor=attempt.actor,
            action=Action.WEBHOOK_CREATED,
            target=webhook.quo_id,
            label=str(webhook),
            after=_in_short(wanted),
        )
    return webhook


def end_rejected(attempt: Attempt, exc: QuoError, wanted: NewMessageWebhook) -> None:
    """Store that nothing was created, and why."""
    _end_with_error(attempt, Attempt.State.REJECTED, Action.WEBHOOK_REJECTED, wanted, exc)


def end_unknown(attempt: Attempt, exc: QuoError, wanted: NewMessageWebhook) -> None:
    """Store that no usable response came, so there may be a webhook."""
    _end_with_error(attempt, Attempt.State.UNKNOWN, Action.WEBHOOK_UNKNOWN, wanted, exc)


def message_with_short_url(exc: QuoError, wanted: NewMessageWebhook) -> str:
    """Return Quo's message with the URL shortened, since its path may be a secret."""
    return str(exc).replace(wanted.url, display_url(wanted.url))


def _end_with_error(
    attempt: Attempt, state: Attempt.State, action: Action, wanted: NewMessageWebhook, exc: QuoError
) -> None:
    with transaction.atomic():
        locks.exclusive(locks.WEBHOOKS)
        attempt.refresh_from_db()
        if attempt.state not in {Attempt.State.SENDING, Attempt.State.UNKNOWN}:
            return  # the response was so slow that the attempt was reconciled meanwhile
        attempt.end(state, message=str(exc), fault=exc.fault)
        audit.record(
            actor=attempt.actor,
            action=action,
            target=f"attempt {attempt.pk}",
            label=wanted.label or "",
            after=f"{_in_short(wanted)}: {message_with_short_url(exc, wanted)}",
        )


def _in_short(wanted: NewMessageWebhook) -> str:
    numbers = ", ".join(wanted.resource_ids[:3]) + (" …" if len(wanted.resource_ids) > 3 else "")
    return f"{', '.join(wanted.events)} of {numbers} to {display_url(wanted.url)}"
