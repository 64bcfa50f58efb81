"""Deleting a webhook at Quo: audit entry, call, and a check if the response is lost."""

from enum import StrEnum

from quo_admin import clock
from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.quo import connect, retry
from quo_admin.quo.exceptions import Fault, NotFound, OutcomeUnknown, QuoError
from quo_admin.webhooks.changes import changing
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.models.drift import NO_DRIFT


class WebhookNotDeleted(Exception):
    """It still exists at Quo. Nothing changed. The text is for the user.

    ``fault`` is Quo's error, if there was one.
    """

    def __init__(self, text: str, fault: Fault | None = None) -> None:
        super().__init__(text)
        self.fault = fault


class DeletionUnknown(Exception):
    """Neither the delete nor the check got a usable response. The text is for the user."""


class Gone(StrEnum):
    """The outcomes, in words for the audit log."""

    DELETED = "deleted at Quo"
    ALREADY = "was already deleted at Quo"


def delete_webhook(*, actor: str, webhook: Webhook) -> Gone:
    """Delete a webhook at Quo and mark it as deleted here. Its key, numbers and history stay.

    The deletion is recorded in the audit log before the request is sent, and no transaction is
    held while waiting for Quo. A webhook that is already deleted here is not requested again.

    Args:
        actor: username, for the audit log.

    Raises:
        WebhookNotDeleted: nothing changed anywhere.
        DeletionUnknown: nothing changed here; try again, since a second delete does no harm.
    """
    if not Webhook.objects.live().filter(pk=webhook.pk).exists():
        return Gone.ALREADY
    _record(actor, Action.DELETE_STARTED, webhook, details=webhook.address)
    try:
        how = _delete_at_quo(webhook.quo_id)
    except OutcomeUnknown as exc:
        _record(actor, Action.DELETE_UNKNOWN, webhook, details=str(exc))
        raise DeletionUnknown(
            "Quo did not respond, so the webhook may or may not be deleted. It is unchanged "
            "here. Try again in a minute. Deleting twice does no harm."
        ) from exc
    except QuoError as exc:
        _record(actor, Action.DELETE_REFUSED, webhook, details=str(exc))
        raise WebhookNotDeleted(f"The webhook was not deleted. {exc}", exc.fault) from exc
    _mark_missing(actor, webhook, how)
    return how


def _delete_at_quo(quo_id: str) -> Gone:
    """Send the delete. If its response is lost, check once whether the webhook still exists.

    Raises:
        OutcomeUnknown: the check got no usable response either.
        QuoError: it still exists.
    """
    quo = connect.client()
    try:
        quo.delete_webhook(quo_id)
    except NotFound:
        return Gone.ALREADY
    except OutcomeUnknown as lost:
        try:
            found = quo.get_webhook(quo_id, policy=retry.BRIEF)
        except NotFound:
            return Gone.DELETED
        except QuoError as exc:
            raise OutcomeUnknown(f"Delete request: {lost} Check afterwards: {exc}") from exc
        if found.deleted_at is None:
            raise QuoError(f"It still exists at Quo. {lost}") from lost
    return Gone.DELETED


def _mark_missing(actor: str, webhook: Webhook, how: Gone) -> None:
    """Mark the row and record it, together. When two people delete it, only one records it."""
    values = {"missing_since": clock.now(), "deleted_by": actor} | NO_DRIFT
    with changing() as change:
        change.add(webhook.pk)
        if not Webhook.objects.live().filter(pk=webhook.pk).update(**values):
            return
        _record(actor, Action.WEBHOOK_DELETED, webhook, details=how)
    for name, value in values.items():
        setattr(webhook, name, value)


def _record(actor: str, action: Action, webhook: Webhook, *, details: str) -> None:
    audit.record(
        actor=actor, action=action, target=webhook.quo_id, label=str(webhook), after=details
    )
