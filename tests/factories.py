"""Valid things to start a test from. Each returns the smallest valid object; override the rest."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from quo_admin.batches.models import Batch, BatchRow
from quo_admin.numbers.models import Note
from quo_admin.numbers.update import update as update_coverage
from quo_admin.quo import spec
from quo_admin.quo.types import MemberData, NewMessageWebhook, NumberData, WebhookData
from quo_admin.webhooks.changes import changing
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.store import store, store_new
from quo_admin.workspace.models import Member, Number, Sync

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


def plan_form(**changes: Any) -> dict[str, Any]:
    """What the browser posts for a plan of one number, to be previewed."""
    data = {
        "resourceIds": ["", "PN1"],
        "pasted": "",
        "events": ["message.received"],
        "url": "https://example.com/quo",
        "userId": "",
        "pattern": "{name} – {number}",
        "packing": "each",
        "cap": "10",
        "preview": "1",
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


def make_webhook(**changes: Any) -> Webhook:
    """A stored webhook, as Quo told it at NOON; the changes are in Quo's own words."""
    return store(make_webhook_data(**changes), now=NOON)


def make_webhooks(every: Iterable[dict[str, Any]]) -> list[Webhook]:
    """Stored webhooks, one for each of these changes, in far less time than one by one."""
    return store_new([make_webhook_data(**changes) for changes in every], now=NOON)


def update_webhooks(*webhooks: Webhook, **values: Any) -> None:
    """Change columns of these webhooks, or of all, and what is kept about them."""
    rows = Webhook.objects.filter(
        pk__in=[webhook.pk for webhook in webhooks or Webhook.objects.all()]
    )
    with changing() as change:
        change.add(*rows.values_list("pk", flat=True))
        rows.update(**values)


def make_number(**changes: Any) -> Number:
    return _saved(Number.of(number_data(**changes), now=NOON))


def make_member(**changes: Any) -> Member:
    doc = {"id": "US4kQm81", "firstName": "Maya", "lastName": "Ortiz", "role": "owner"}
    return _saved(Member.of(MemberData.from_json(doc | changes), now=NOON))


def _saved(copy: Any) -> Any:
    """Save a number or a member as a sync does."""
    is_first = not type(copy).objects.exists()
    copy.save()
    copy.changed.send(sender=type(copy), ids=None if is_first else [copy.quo_id])
    return copy


def make_sync(**changes: Any) -> Sync:
    """A sync of olga's that began at NOON and read everything in 3 s."""
    values: dict[str, Any] = {
        "actor": "olga",
        "started_at": NOON,
        "ended_at": NOON + timedelta(seconds=3),
        "counts": {"members": 6, "numbers": 34, "webhooks": 27, "in sync": 27},
    }
    return Sync.objects.create(**(values | changes))


def make_attempt(state: str = "rejected", **changes: Any) -> Attempt:
    """An attempt of olga's that was begun at NOON and, unless it is sending, ended 2 s later."""
    values: dict[str, Any] = {
        "actor": "olga",
        "token": uuid4(),
        "payload": make_wanted(label="Support desk").to_json(),
        "state": state,
        "started_at": NOON,
        "ended_at": None if state == "sending" else NOON + timedelta(seconds=2),
        "webhook": make_webhook() if state in {"created", "found"} else None,
        "next_check_at": NOON if state in {"sending", "unknown"} else None,
    }
    return Attempt.objects.create(**(values | changes))


def make_batch(state: str = "running", **changes: Any) -> Batch:
    """A batch that olga planned and, unless it is a draft, began at NOON: of one row, for PN1."""
    wanted = make_wanted(label="Front desk", resource_ids=("PN1",)).to_json()
    form_data = {
        "filter": False,
        "query": "",
        "resourceIds": "PN1",
        "pasted": "",
        "pattern": "{name}",
        "packing": "each",
        "cap": 10,
        "accept": [],
        "rows": 0,
        "found": 1,
        "doubles": 0,
        "skipped": [],
        "notes": [],
    }
    begun = {} if state == "draft" else {"started_by": "olga", "started_at": NOON}
    values: dict[str, Any] = begun | {
        "state": state,
        "row_count": 1,
        "form_data": form_data | {"url": wanted["url"], "events": wanted["events"], "userId": ""},
        "planned_by": "olga",
        "planned_at": NOON,
        "ended_at": NOON + timedelta(seconds=2) if state in {"stopped", "done"} else None,
    }
    batch = Batch.objects.create(**(values | changes))
    BatchRow.objects.create(
        batch=batch, row=1, numbers=["PN1"], label="Front desk", payload=wanted, plan="create"
    )
    return batch


def make_note(**changes: Any) -> Note:
    """A note that olga gave at NOON, of received texts."""
    values: dict[str, Any] = {
        "number_id": "PN1",
        "event": spec.MessageEvent.RECEIVED,
        "text": "Made in the Quo app",
        "given_by": "olga",
        "given_at": NOON,
    }
    note = Note.objects.create(**(values | changes))
    update_coverage([note.number_id])
    return note
