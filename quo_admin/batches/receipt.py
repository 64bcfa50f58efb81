"""The receipt of a batch for a spreadsheet: the plan beside the outcome, without keys."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.batches.models import Batch
from quo_admin.batches.rows import Row, rows
from quo_admin.template_tags import pairs
from quo_admin.workspace.models import Number

ROWS_AT_ONCE = 200
HEADER = (
    *("row", "name", "number", "number ids", "label", "events", "URL, without its secrets"),
    *("planned", "why", "outcome", "what became of it", "webhook", "key fingerprint"),
    *("attempt", "trace", "by", "begun", "ended"),
)


def export(*, actor: str, batch: Batch) -> Iterator[list[object]]:
    """Record the export in the audit log, and return the receipt's rows under HEADER."""
    audit.record(actor=actor, action=Action.EXPORTED, target=f"batch {batch.pk}", label=str(batch))
    return _all(batch)


def _all(batch: Batch) -> Iterator[list[object]]:
    last = 0
    while items := list(
        batch.rows.with_states(now=timezone.now()).filter(row__gt=last)[:ROWS_AT_ONCE]
    ):
        yield from map(_cells, rows(items))
        last = items[-1].row


def _cells(row: Row) -> list[object]:
    attempt, webhook = row.attempt, row.webhook
    known = [each if isinstance(each, Number) else None for each in row.numbers]
    return [
        row.item.row,
        "; ".join(number.name or "" if number else "" for number in known),
        "; ".join(number.spelled if number else "" for number in known),
        "; ".join(row.item.numbers),
        row.item.label,
        "; ".join(row.item.payload.get("events", ())),
        row.address,
        row.planned,
        row.item.why,
        row.word,
        row.says,
        webhook.quo_id if webhook else "",
        pairs(webhook.key_fingerprint) if webhook else "",
        attempt.pk if attempt else "",
        attempt.trace if attempt else "",
        attempt.actor if attempt else "",
        _moment(attempt.started_at if attempt else None),
        _moment(attempt.ended_at if attempt else None),
    ]


def _moment(moment: datetime | None) -> str:
    """Return a moment as ISO 8601 in UTC, which spreadsheets sort as text."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else ""
