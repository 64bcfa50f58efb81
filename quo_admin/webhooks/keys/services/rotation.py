"""Sealing every stored key again with the newest of FIELD_KEYS, so that the old ones can go."""

from dataclasses import dataclass, field

from django.db import transaction

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.chunks import read_in_chunks
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.models.webhook import WebhookQuerySet

AT_ONCE = 200  # keys in one transaction: other writers wait for it
UNREADABLE = "unknown"  # instead of the mark of a field key


@dataclass
class Rotation:
    """What was done. ``unreadable`` are the Quo IDs of webhooks whose key cannot be decrypted."""

    keys: int = 0
    sealed_again: int = 0
    unreadable: list[str] = field(default_factory=list)


def unreadable_keys() -> WebhookQuerySet:
    """Return the webhooks whose stored key none of FIELD_KEYS can decrypt."""
    return Webhook.objects.unreadable(sealing.known_marks())


def rotate(*, actor: str) -> Rotation:
    """Seal every stored key with the newest of FIELD_KEYS. May be repeated without harm.

    Also for webhooks that are missing at Quo or deleted: nobody else has their keys any more. A key
    that a sync stores meanwhile is left alone: it is sealed with the newest already.
    """
    done = Rotation()
    rows = Webhook.objects.filter(key_sealed__isnull=False)
    for chunk in read_in_chunks(rows.only("quo_id", "key_sealed", "sealed_with"), AT_ONCE):
        with transaction.atomic():
            for webhook in chunk:
                _seal_again(webhook, done)
    audit.record(
        actor=actor,
        action=Action.KEYS_ROTATED,
        target="workspace",
        after=f"{done.sealed_again:,} of {done.keys:,} keys encrypted again, "
        f"{len(done.unreadable):,} cannot be decrypted",
    )
    return done


def _seal_again(webhook: Webhook, done: Rotation) -> None:
    sealed, newest = bytes(webhook.key_sealed or b""), sealing.newest_mark()
    done.keys += 1
    values: dict[str, bytes | str] = {"sealed_with": newest}
    if not sealing.is_sealed_newly(sealed):
        try:
            values["key_sealed"] = sealing.seal(sealing.unseal(sealed))
        except sealing.KeyUnreadable:
            values["sealed_with"] = UNREADABLE
            done.unreadable.append(webhook.quo_id)
        else:
            done.sealed_again += 1
    elif webhook.sealed_with == newest:
        return
    Webhook.objects.filter(pk=webhook.pk, key_sealed=sealed).update(**values)
