"""Creating a webhook: the attempt, the call, and our copy of the response."""

import logging
import time
from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from django.db import DatabaseError, transaction

from quo_admin import locks
from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.quo import connect, retry
from quo_admin.quo.exceptions import Fault, OutcomeUnknown, QuoError
from quo_admin.quo.types import NewMessageWebhook, WebhookData
from quo_admin.webhooks.endpoints import display_url
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.policies import warnings
from quo_admin.webhooks.reconcile import services as reconcile
from quo_admin.webhooks.store import record_creator, store

log = logging.getLogger(__name__)

LOOKUP_IN_PROGRESS = (
    "The webhook may exist. The worker looks for it at Quo and stores it with its key. "
    "If you send the request again before that, there may be two webhooks."
)
LOOK_EVERY_S = 0.25
LOOK_FOR_S = 10.0  # how long a second submission of the same form waits for the first to end


class WebhookNotCreated(Exception):
    """Quo rejected the request, or could not be reached. Nothing changed. The text is for the user.

    ``fault`` is Quo's error, if there was one. Pages show its parts at their fields.
    """

    def __init__(self, text: str, fault: Fault | None = None) -> None:
        super().__init__(text)
        self.fault = fault


class CreationUnknown(Exception):
    """No usable response came. There may be a webhook now. The text is for the user."""

    def __init__(self, why: str, attempt: Attempt) -> None:
        super().__init__(f"{why} {LOOKUP_IN_PROGRESS}")
        self.attempt = attempt


class UnconfirmedWarnings(Exception):
    """Nothing was sent: these warnings were not confirmed."""

    def __init__(self, findings: list[warnings.PolicyWarning]) -> None:
        super().__init__(", ".join(finding.policy for finding in findings))
        self.findings = findings


class AlreadySent(Exception):
    """Nothing was sent: this form was sent before. ``same``: with the same values."""

    def __init__(self, attempt: Attempt, *, same: bool) -> None:
        super().__init__(f"attempt {attempt.pk}")
        self.attempt = attempt
        self.same = same


def create_message_webhook(
    *, actor: str, wanted: NewMessageWebhook, token: UUID, accepted: Collection[str]
) -> Webhook:
    """Create a webhook at Quo, copy it here, and record who did it.

    The attempt is stored before the request leaves, and the call happens outside any transaction: a
    slow response must not hold database locks, and a crash must leave a record.

    Args:
        actor: username, for the audit log.
        token: of the form; one token creates one webhook at most.
        accepted: names of the policies whose warnings are confirmed.

    Raises:
        UnconfirmedWarnings, AlreadySent: nothing was sent.
        WebhookNotCreated: nothing changed anywhere; correct and send again.
        CreationUnknown: the attempt stays "unknown" until it is reconciled with Quo.
    """
    attempt = _begin(actor=actor, wanted=wanted, token=token, accepted=accepted)
    try:
        return _send(attempt, wanted)
    except DatabaseError as exc:
        log.exception("The end of attempt %s could not be saved", attempt.pk)
        raise CreationUnknown("The result could not be saved.", attempt) from exc


def _send(attempt: Attempt, wanted: NewMessageWebhook) -> Webhook:
    """Call Quo and store the outcome. Raises what the response means for the user."""
    try:
        data = connect.client().create_message_webhook(wanted)
        return _end_created(attempt, _completed(data), wanted)
    except OutcomeUnknown as exc:
        _end(attempt, Attempt.State.UNKNOWN, Action.WEBHOOK_UNKNOWN, wanted, exc)
        if webhook := _found_at_once(attempt):
            return webhook
        raise CreationUnknown("Quo did not respond.", attempt) from exc
    except QuoError as exc:
        _end(attempt, Attempt.State.REJECTED, Action.WEBHOOK_REJECTED, wanted, exc)
        raise WebhookNotCreated(
            f"The webhook was not created. {_shown(exc, wanted)}", exc.fault
        ) from exc


def wait_until_finished(attempt: Attempt) -> Attempt:
    """Return the attempt once it has ended, or as it is after ten seconds."""
    end = time.monotonic() + LOOK_FOR_S
    while attempt.state == Attempt.State.SENDING and time.monotonic() < end:
        time.sleep(LOOK_EVERY_S)
        attempt.refresh_from_db()
    return attempt


def _begin(
    *, actor: str, wanted: NewMessageWebhook, token: UUID, accepted: Collection[str]
) -> Attempt:
    """Store the attempt, if this form is new and its warnings are confirmed.

    One at a time, so that of two equal requests the second one sees the first.
    """
    with transaction.atomic():
        locks.exclusive("begin an attempt")
        if earlier := Attempt.objects.filter(token=token).first():
            raise AlreadySent(earlier, same=earlier.payload == wanted.to_json())
        unconfirmed = [
            finding for finding in warnings.warnings_for(wanted) if finding.policy not in accepted
        ]
        if unconfirmed:
            raise UnconfirmedWarnings(unconfirmed)
        return Attempt.objects.begin(actor=actor, wanted=wanted, token=token)


def _completed(data: WebhookData) -> WebhookData:
    """Read once what the response did not contain. What is still missing stays unknown."""
    if data.is_complete:
        return data
    try:
        response = connect.client().get_webhook(data.id, policy=retry.BRIEF)
    except QuoError:
        return data  # expected: the page says "not returned by Quo", and a later sync reads it
    missing = {name: value for name, value in vars(response).items() if vars(data)[name] is None}
    return replace(data, **missing)


def _end_created(attempt: Attempt, data: WebhookData, wanted: NewMessageWebhook) -> Webhook:
    """Store our copy, the attempt's outcome and the audit entry together, or none of them.

    Raises:
        OutcomeUnknown: Quo returned a webhook that belongs to another attempt.
    """
    with transaction.atomic():
        locks.exclusive("end an attempt")
        attempt.refresh_from_db()
        if attempt.webhook:  # the response was so slow that the webhook was found meanwhile
            return attempt.webhook
        if Attempt.objects.filter(webhook__quo_id=data.id).exists():
            raise OutcomeUnknown(f"Quo answered with {data.id}, which another attempt created.")
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


def _end(
    attempt: Attempt, state: Attempt.State, action: Action, wanted: NewMessageWebhook, exc: QuoError
) -> None:
    with transaction.atomic():
        locks.exclusive("end an attempt")
        attempt.refresh_from_db()
        if attempt.state not in {Attempt.State.SENDING, Attempt.State.UNKNOWN}:
            return  # the response was so slow that the attempt was reconciled meanwhile
        attempt.end(state, message=str(exc), fault=exc.fault)
        audit.record(
            actor=attempt.actor,
            action=action,
            target=f"attempt {attempt.pk}",
            label=wanted.label or "",
            after=f"{_in_short(wanted)}: {_shown(exc, wanted)}",
        )


def _found_at_once(attempt: Attempt) -> Webhook | None:
    """Look at Quo once, quickly: often the webhook exists and only the response was lost."""
    try:
        reconcile.check_at_quo(member=attempt.member, actor=attempt.actor, policy=retry.BRIEF)
    except reconcile.NotReconciled:
        return None  # the worker keeps looking
    attempt.refresh_from_db()
    return attempt.webhook


def _shown(exc: QuoError, wanted: NewMessageWebhook) -> str:
    """Return Quo's message with the URL shortened, since its path may be a secret."""
    return str(exc).replace(wanted.url, display_url(wanted.url))


def _in_short(wanted: NewMessageWebhook) -> str:
    numbers = ", ".join(wanted.resource_ids[:3]) + (" …" if len(wanted.resource_ids) > 3 else "")
    return f"{', '.join(wanted.events)} of {numbers} to {display_url(wanted.url)}"
