"""A delivery that somebody pasted: what was signed, and which keys may have signed it."""

import json
from dataclasses import dataclass, field
from typing import Any

from quo_admin.quo import spec
from quo_admin.webhooks.models import Subscription, Webhook
from quo_admin.webhooks.models.webhook import WebhookQuerySet

# Quo's samples use other names for two events than the document. Both are accepted.
SAMPLE_NAMES = {
    "callSummary": "call.summary.completed",
    "callTranscript": "call.transcript.completed",
}

Bodies = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Delivery:
    """The pasted delivery. It must not be stored, so ``repr`` shows none of it.

    Attributes:
        bodies: the possible bytes of the body, each with a description. Browsers turn line breaks
            of a text field into CRLF, so the original may have been one of several.
        received_ms: when it arrived, in Unix milliseconds; None if unknown.
        note: what the pasted text was taken for, in one sentence; "" if it was taken as it is.
    """

    header: str = field(repr=False)
    bodies: Bodies = field(repr=False)
    received_ms: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Scope:
    """The number and the event of a delivery."""

    event: str
    number_id: str

    def webhooks(self) -> WebhookQuerySet:
        """Return the webhooks that cover both, existing or not."""
        named = Subscription.objects.filter(
            event=self.event, resource_id__in=[self.number_id, spec.ALL_PHONE_NUMBERS]
        )
        return Webhook.objects.filter(pk__in=named.values("webhook"))


def scope_of(body: bytes) -> Scope | None:
    """Return number and event of a body, or None if it is not JSON or has none.

    Source of the structure: quo.com/docs, webhooks/event payloads, read 2026-11-22: ``type``, and
    ``data.object.phoneNumberId``.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    event, number_id = _text(value, "type"), _text(value, "data", "object", "phoneNumberId")
    if not event or not number_id:
        return None
    return Scope(SAMPLE_NAMES.get(event, event), number_id)


def _text(value: Any, *names: str) -> str:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) and "\0" not in value and value.isprintable() else ""
