"""The numbers on a webhook's page, each with the other endpoints that receive its messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from quo_admin.quo import spec
from quo_admin.times import ago
from quo_admin.webhooks.inventory.also_sent_to import SHOWN, OtherWebhook, also_sent_to
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.states import State
from quo_admin.workspace.models import Number

NUMBERS_SHOWN = 200
EVENTS = {
    (spec.MessageEvent.RECEIVED,): "Message received",
    (spec.MessageEvent.DELIVERED,): "Message delivered",
}


@dataclass(frozen=True)
class OtherEndpoints:
    """Other webhooks that send the same events; ``more_url`` lists them if there are more."""

    webhooks: Sequence[OtherWebhook]
    more_url: str

    @classmethod
    def of(cls, others: Sequence[OtherWebhook], resource_id: str) -> "OtherEndpoints":
        url = f"{reverse('webhooks:list')}?{urlencode({'number': resource_id})}"
        return cls(others[:SHOWN], url if len(others) > SHOWN else "")


@dataclass(frozen=True)
class NumberRow:
    """One number of the webhook. ``number`` is None if we do not know it."""

    id: str
    number: Number | None
    also: OtherEndpoints

    @property
    def name(self) -> str:
        return (self.number.name or "No name") if self.number else "Unknown number"

    @property
    def left(self) -> State | None:
        if self.number is None or self.number.missing_since is None:
            return None
        return State("gone", format_html("Removed {}", ago(self.number.missing_since)))


def named_ids(webhook: Webhook) -> list[str]:
    """Return the IDs of the numbers that the webhook names, each once."""
    return [id for id in dict.fromkeys(webhook.resource_ids or ()) if id != spec.ALL_PHONE_NUMBERS]


def numbers_section(webhook: Webhook, ids: list[str], numbers: dict[str, Number]) -> dict[str, Any]:
    """Return what the section shows of the IDs that the webhook names, and the known numbers."""
    others = also_sent_to(webhook, ids[:NUMBERS_SHOWN])
    everywhere = [] if webhook.covers_all_numbers else others[spec.ALL_PHONE_NUMBERS]
    return {
        "numbers": [
            NumberRow(id, numbers.get(id), OtherEndpoints.of(others[id], id))
            for id in ids[:NUMBERS_SHOWN]
        ],
        "scope": _scope(webhook, ids, numbers),
        "more": max(len(ids) - NUMBERS_SHOWN, 0),
        "everywhere": OtherEndpoints.of(everywhere, spec.ALL_PHONE_NUMBERS),
        "same_events": EVENTS.get(tuple(sorted(webhook.events or ())), "the same events"),
    }


def _scope(webhook: Webhook, ids: list[str], numbers: dict[str, Number]) -> str:
    """Return how many numbers the webhook names."""
    if webhook.covers_all_numbers:
        return "All, including numbers added later"
    left = sum(number.missing_since is not None for number in numbers.values())
    count = str(len(ids)) if ids else ""
    return f"{count}, {left} of them removed" if left else count
