"""Showing a key: first the audit log, then once, to one person."""

from django.db import transaction
from django.utils import timezone

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.models import OneTimeLink, Webhook


def create_one_time_link(
    *, actor: str, staff_id: int, webhook: Webhook, copied: bool = False
) -> OneTimeLink:
    """Write to the audit log that this person gets this key, and give the right to fetch it once.

    Both in one transaction: no entry, no receipt, no key.

    Args:
        copied: it goes to the clipboard and is not shown. That is the browser's promise.
    """
    with transaction.atomic():
        audit.record(
            actor=actor,
            action=Action.KEY_COPIED if copied else Action.KEY_REVEALED,
            target=webhook.quo_id,
            label=str(webhook),
            after=f"fingerprint {webhook.key_fingerprint[:4]}-{webhook.key_fingerprint[4:]}",
        )
        return OneTimeLink.objects.give(webhook, staff_id=staff_id, now=timezone.now())


def take_key(*, token: str, staff_id: int, webhook: Webhook) -> str | None:
    """Use up the receipt and return the key, or None where there is no such right (any more).

    Raises:
        KeyUnreadable: FIELD_KEYS of this installation do not open it.
    """
    used = OneTimeLink.objects.use_up(
        token, quo_id=webhook.quo_id, staff_id=staff_id, now=timezone.now()
    )
    return sealing.unseal(webhook.key_sealed) if used and webhook.key_sealed else None
