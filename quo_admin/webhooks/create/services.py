"""Creating a webhook: the attempt, the call, and a look at Quo if the response is lost."""

import logging
import time
from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from django.db import DatabaseError, transaction

from quo_admin import locks
from quo_admin.database_outage import UNAVAILABLE
from quo_admin.quo import connect, retry
from quo_admin.quo.exceptions import Fault, OutcomeUnknown, QuoError
from quo_admin.quo.types import NewMessageWebhook, WebhookData
from quo_admin.webhooks.create import outcomes
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.policies import warnings
from quo_admin.webhooks.reconcile import services as reconcile

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
        outage = isinstance(exc, UNAVAILABLE)  # the worker logs one line for all of it
        level = logging.INFO if outage else logging.ERROR
        log.log(level, "The end of attempt %s is not saved", attempt.pk, exc_info=not outage)
        raise CreationUnknown("The result could not be saved.", attempt) from exc


def _send(attempt: Attempt, wanted: NewMessageWebhook) -> Webhook:
    """Call Quo and store the outcome. Raises what the response means for the user."""
    try:
        data = connect.client().create_message_webhook(wanted)
        return outcomes.end_created(attempt, _completed(data), wanted)
    except OutcomeUnknown as exc:
        outcomes.end_unknown(attempt, exc, wanted)
        if webhook := _found_at_once(attempt):
            return webhook
        raise CreationUnknown("Quo did not respond.", attempt) from exc
    except QuoError as exc:
        outcomes.end_rejected(attempt, exc, wanted)
        why = outcomes.message_with_short_url(exc, wanted)
        raise WebhookNotCreated(f"The webhook was not created. {why}", exc.fault) from exc


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


def _found_at_once(attempt: Attempt) -> Webhook | None:
    """Look at Quo once, quickly: often the webhook exists and only the response was lost."""
    try:
        reconcile.check_at_quo(member=attempt.member, actor=attempt.actor, policy=retry.BRIEF)
    except reconcile.NotReconciled:
        return None  # the worker keeps looking
    attempt.refresh_from_db()
    return attempt.webhook
