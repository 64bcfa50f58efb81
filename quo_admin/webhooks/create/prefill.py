"""Creating a copy of a webhook: the values that the create form begins with."""

from dataclasses import dataclass
from typing import Any

from quo_admin.quo import spec
from quo_admin.webhooks.models import Webhook
from quo_admin.workspace.models import Member, Number


@dataclass(frozen=True)
class Prefill:
    """The values of the form, and the names of what was left out."""

    data: dict[str, Any]
    left_out: list[str]


def prefill_from(webhook: Webhook) -> Prefill:
    """Return the values of a webhook, enabled, without members and numbers that left the company.

    Without a synced number or member we cannot know that one has left, so nothing is left out.
    """
    ids = list(dict.fromkeys(webhook.resource_ids or ()))
    gone = _gone(ids)
    data: dict[str, Any] = {
        "label": webhook.label or "",
        "url": webhook.url or "",
        "events": [event for event in webhook.events or () if event in list(spec.MessageEvent)],
        "resourceIds": "\n".join(id for id in ids if id not in gone),
        "status": spec.Status.ENABLED.value,
    }
    left_out = list(gone.values())
    if who := _member_who_left(webhook.user_id or ""):
        left_out.append(who)
    elif webhook.user_id:
        data["userId"] = webhook.user_id
    return Prefill(data, left_out)


def _gone(ids: list[str]) -> dict[str, str]:
    """Return the names of the numbers that are not the company's."""
    if not Number.objects.exists():
        return {}
    known = {number.quo_id: number for number in Number.objects.filter(quo_id__in=ids)}
    gone = {}
    for id in ids:
        number = known.get(id)
        if id != spec.ALL_PHONE_NUMBERS and (number is None or number.missing_since):
            gone[id] = f"number {number or id}"
    return gone


def _member_who_left(id: str) -> str:
    if not id or not Member.objects.exists() or Member.objects.current().filter(quo_id=id).exists():
        return ""
    return f"member {Member.objects.filter(quo_id=id).first() or id}"
