"""The workspace of tests/bench/coverage.py: that of lists_fill.py, with what numbers may be."""

from contextlib import contextmanager
from datetime import timedelta
from itertools import accumulate
from unittest.mock import patch
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from quo_admin.batches.models import Batch, BatchRow
from quo_admin.numbers.models import Note
from quo_admin.quo import spec
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.workspace.models import Number
from tests.bench import lists_fill

MORE = 15  # of a hundred: those of lists_fill that are gone, or on all numbers
ON_ALL = Webhook.objects.filter(number_count=0)
URL = "https://hooks.example/quo"


class Gentle(lists_fill.Zipf):
    """Ranks of which the first is not thousands of times as frequent as the last, but thirty."""

    def __init__(self, count):
        self.steps = list(accumulate(1 / (rank + count / 30) for rank in range(1, count + 1)))


def fill(webhooks, *, steep):
    """Fill in so many webhooks that are there, most by name. The same ones every time.

    Args:
        steep: as lists.py has them, a number with thousands of webhooks among them.
    """
    with patch.object(lists_fill, "Zipf", lists_fill.Zipf if steep else Gentle):
        lists_fill.fill(webhooks + webhooks * MORE // 100)
    if Batch.objects.exists():
        return
    # One on all numbers reaches every number: with hundreds of them there would be no gap.
    ON_ALL.filter(missing_since=None).update(missing_since=timezone.now(), deleted_by="bench")
    mark_numbers()
    name_numbers()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # its own autovacuum would, a minute later


def mark_numbers():
    now = timezone.now()
    numbers = list(Number.objects.order_by("pk"))
    for rank, number in enumerate(numbers):
        number.group_id = f"GR{rank % 60:03}"
        number.member_ids = [lists_fill.member_id(rank % 200)]
        number.porting_status = "pending" if rank % 100 == 1 else None
        number.no_messaging_to = ["US", "Intl"] if rank % 20 == 2 else ["Intl"]
        number.first_seen_at = now - timedelta(days=1) if rank % 50 == 3 else lists_fill.BEGAN
    values = ["group_id", "member_ids", "porting_status", "no_messaging_to", "first_seen_at"]
    Number.objects.bulk_update(numbers, values, batch_size=200)
    Note.objects.bulk_create(
        Note(number_id=number.quo_id, event=event, given_by="bench", given_at=now)
        for number in numbers[::25]
        for event in (spec.MessageEvent.RECEIVED, spec.MessageEvent.DELIVERED)
    )


def name_numbers():
    """Make an attempt for each webhook, and a batch with a row for each number."""
    now = timezone.now()
    rows = Webhook.objects.filter(attempt=None).values_list("pk", "events", "resource_ids")
    Attempt.objects.bulk_create(
        (
            Attempt(
                actor="bench",
                token=uuid4(),
                payload={"url": URL, "events": events, "resourceIds": ids, "status": "enabled"},
                state="created",
                started_at=now,
                ended_at=now,
                webhook_id=pk,
            )
            for pk, events, ids in rows
        ),
        batch_size=1000,
    )
    batch = Batch.objects.create(
        form_data={"url": URL}, state="done", row_count=lists_fill.NUMBERS, planned_by="bench",
        planned_at=now, started_by="bench", started_at=now, ended_at=now,
    )  # fmt: skip
    ids = Number.objects.order_by("pk").values_list("quo_id", flat=True)
    BatchRow.objects.bulk_create(
        (
            BatchRow(batch=batch, row=row, numbers=[id], payload={}, plan="skip")
            for row, id in enumerate(ids, start=1)
        ),
        batch_size=1000,
    )


def summary():
    return (
        f"{Number.objects.current().count():,} numbers, {Webhook.objects.live().count():,} webhooks"
    )


@contextmanager
def fewer_numbers(count):
    """Let all numbers but so many have left, for as long as the block runs."""
    keep = Number.objects.order_by("pk").values_list("pk", flat=True)[count]
    Number.objects.filter(pk__gte=keep).update(missing_since=lists_fill.BEGAN)
    try:
        yield
    finally:
        Number.objects.update(missing_since=None)


@contextmanager
def webhooks_on_all_numbers():
    """Let those on all numbers be there, for as long as the block runs."""
    gone = ON_ALL.filter(deleted_by="bench")
    pks = list(gone.values_list("pk", flat=True))
    gone.update(missing_since=None, deleted_by="")
    try:
        yield
    finally:
        Webhook.objects.filter(pk__in=pks).update(missing_since=timezone.now(), deleted_by="bench")
