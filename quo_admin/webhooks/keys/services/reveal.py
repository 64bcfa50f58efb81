"""Revealing a signing key: an audit entry first, then one view by one person."""

from django.db import transaction
from django.utils import timezone

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.models import OneTimeLink, Webhook


def create_one_time_link(
    *, actor: str, staff_id: int, webhook: Webhook, copied: bool = False
) -> OneTimeLink:
    """Record in the audit log that this person gets this key, and return a one-time link.

    Both in one transaction: no entry, no link, no key.

    Args:
        copied: the browser says that it copies the key without showing it.
    """
    with transaction.atomic():
        audit.record(
            actor=actor,
            action=Action.KEY_COPIED if copied else Action.KEY_REVEALED,
            target=webhook.quo_id,
            label=str(webhook),
            after=f"fingerprint {webhook.key_fingerprint[:4]}-{webhook.key_fingerprint[4:]}",
        )
        return OneTimeLink.objects.create_link(webhook, staff_id=staff_id, now=timezone.now())


def take_key(*, token: str, staff_id: int, webhook: Webhook) -> str | None:
    """Use up the one-time link and return the key, or None when it is used up or expired.

    Raises:
        KeyUnreadable: the FIELD_KEYS of this installation cannot decrypt it.
    """
    used = OneTimeLink.objects.use_up(
        token, quo_id=webhook.quo_id, staff_id=staff_id, now=timezone.now()
    )
    return sealing.unseal(webhook.key_sealed) if used and webhook.key_sealed else None
