"""Valid things to start a test from. Each returns the smallest valid object; override the rest."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from quo_admin.quo import spec
from quo_admin.quo.types import MemberData, NewMessageWebhook, NumberData, WebhookData
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.services.store import store
from quo_admin.workspace.models import Member, Number

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = "c2VjcmV0LWNhbmFyeS1rZXktb2YtMzItYnl0ZXMhISE="  # base64 of 32 bytes, and in no page
_serial = count(1)


def webhook_json(**changes: Any) -> dict[str, Any]:
    """One webhook in Quo's own words, all twelve required fields present."""
    doc = {
        "id": f"WH{next(_serial)}",
        "userId": "US4kQm81",
        "orgId": "OR2fWc9x",
        "label": "Support desk",
        "status": "enabled",
        "url": "https://example.com/quo",
        "key": KEY,
        "createdAt": "2026-11-22T11:59:59.123Z",
        "updatedAt": "2026-11-22T11:59:59.123Z",
        "deletedAt": None,
        "events": ["message.received"],
        "resourceIds": ["PN1"],
    }
    return doc | changes


def make_webhook_data(**changes: Any) -> WebhookData:
    return WebhookData.from_json(webhook_json(**changes))


def number_data(**changes: Any) -> NumberData:
    doc = {
        "id": f"PN{next(_serial)}",
        "name": "Front desk",
        "number": "+14155550134",
        "groupId": "GR1",
        "users": [{"id": "US4kQm81"}],
        "portingStatus": None,
        "createdAt": "2026-01-01T00:00:00Z",
    }
    return NumberData.from_json(doc | changes)


def make_wanted(**changes: Any) -> NewMessageWebhook:
    """The smallest request that we send."""
    wanted = {
        "events": (spec.MessageEvent.RECEIVED,),
        "url": "https://example.com/quo",
        "resource_ids": ("*",),
    }
    return NewMessageWebhook(**(wanted | changes))


def create_form(**changes: Any) -> dict[str, Any]:
    """What the browser posts for a valid new webhook."""
    data = {
        "label": "Support desk",
        "url": "https://example.com/quo",
        "events": ["message.received"],
        "resourceIds": ["*"],
        "status": "enabled",
        "userId": "",
        "accept": ["all-numbers"],
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


def make_webhook(**changes: Any) -> Webhook:
    """A stored webhook, as Quo told it at NOON; the changes are in Quo's own words."""
    return store(make_webhook_data(**changes), now=NOON)


def make_number(**changes: Any) -> Number:
    number = Number.of(number_data(**changes), now=NOON)
    number.save()
    return number


def make_member(**changes: Any) -> Member:
    doc = {"id": "US4kQm81", "firstName": "Maya", "lastName": "Ortiz", "role": "owner"}
    member = Member.of(MemberData.from_json(doc | changes), now=NOON)
    member.save()
    return member


def make_attempt(state: str = "refused", **changes: Any) -> Attempt:
    """An attempt of olga's that was begun at NOON and, unless it is sending, ended 2 s later."""
    told: dict[str, Any] = {
        "actor": "olga",
        "token": uuid4(),
        "payload": make_wanted(label="Support desk").to_json(),
        "state": state,
        "begun_at": NOON,
        "ended_at": None if state == "sending" else NOON + timedelta(seconds=2),
        "webhook": make_webhook() if state in {"created", "adopted"} else None,
        "next_look_at": NOON if state in {"sending", "unknown"} else None,
    }
    return Attempt.objects.create(**(told | changes))
