"""The receipt of a batch as CSV: the plan beside the outcome, without keys."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.batches.key_handover import handovers
from quo_admin.batches.models import Batch
from quo_admin.batches.rows import Row, rows
from quo_admin.template_tags import pairs
from quo_admin.workspace.models import Number

CHUNK = 200  # rows read at once
HEADER = (
    *("row", "name", "number", "number IDs", "label", "events", "endpoint URL (shortened)"),
    *("planned", "reason", "outcome", "details", "webhook ID", "key fingerprint"),
    *("key handed over at", "key handed over by"),
    *("attempt", "trace", "started by", "started at", "ended at"),
)


def export(*, actor: str, batch: Batch) -> Iterator[list[object]]:
    """Record the export in the audit log, and return the receipt's rows under HEADER."""
    audit.record(actor=actor, action=Action.EXPORTED, target=f"batch {batch.pk}", label=str(batch))
    return _all(batch)


def _all(batch: Batch) -> Iterator[list[object]]:
    last = 0
    while items := list(batch.rows.with_states(now=timezone.now()).filter(row__gt=last)[:CHUNK]):
        chunk = rows(items)
        handed_over = handovers(row.webhook.quo_id for row in chunk if row.webhook)
        for row in chunk:
            yield _cells(row, handed_over.get(row.webhook.quo_id) if row.webhook else None)
        last = items[-1].row


def _cells(row: Row, handover: Entry | None) -> list[object]:
    attempt, webhook = row.attempt, row.webhook
    numbers = [each if isinstance(each, Number) else None for each in row.numbers]
    return [
        row.item.row,
        "; ".join(number.name or "" if number else "" for number in numbers),
        "; ".join(number.spelled if number else "" for number in numbers),
        "; ".join(row.item.numbers),
        row.item.label,
        "; ".join(row.item.payload.get("events", ())),
        row.address,
        row.planned,
        row.item.why,
        row.word,
        row.outcome,
        webhook.quo_id if webhook else "",
        pairs(webhook.key_fingerprint) if webhook else "",
        _moment(handover.moment if handover else None),
        handover.actor if handover else "",
        attempt.pk if attempt else "",
        attempt.trace if attempt else "",
        attempt.actor if attempt else "",
        _moment(attempt.started_at if attempt else None),
        _moment(attempt.ended_at if attempt else None),
    ]


def _moment(moment: datetime | None) -> str:
    """Return a moment as ISO 8601 in UTC, which spreadsheets sort as text."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else ""
