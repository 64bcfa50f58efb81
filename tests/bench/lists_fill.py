"""Believable webhooks by the million, for tests/bench/lists.py. Straight into the tables."""

import hashlib
import json
import random
from bisect import bisect
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from django.db import connection

from quo_admin.webhooks.endpoints import endpoint_hash_of, host_of
from quo_admin.webhooks.models import Subscription, Webhook
from quo_admin.webhooks.models.webhook import family_of
from quo_admin.workspace.models import Member, Number, Sync

HOSTS, NUMBERS, MEMBERS = 5_000, 5_000, 200
AT_ONCE = 20_000  # rows written together
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
SEALED = b"gAAAAAB" + b"x" * 133  # as long as a sealed key, and none
WHAT = ["CRM inbound", "CRM outbound", "Helpdesk", "Dispatch", "Archive", "Review requests",
        "Booking bot", "Night line", "Survey", "Billing reminders", "Fleet", "Intake"]  # fmt: skip
WHERE = ["Oakland", "San Jose", "Sacramento", "Reno", "Portland", "Seattle", "Tacoma", "Boise",
         "Walnut Creek", "Palo Alto", "Santa Rosa", "Bellevue", "Spokane", "Eugene", "Fresno",
         "Bakersfield", "Modesto", "Stockton", "Salem", "Olympia"]  # fmt: skip
WORDS = ["acme", "north", "field", "desk", "relay", "cedar", "harbor", "pine", "summit", "lark",
         "ember", "delta", "orchard", "quarry", "willow", "falcon", "garnet", "mesa"]  # fmt: skip
EVENTS = [
    (45, ["message.received"]),
    (15, ["message.delivered"]),
    (20, ["message.received", "message.delivered"]),
    (7, ["call.completed"]),
    (3, ["call.ringing", "call.completed"]),
    (2, ["call.recording.completed"]),
    (3, ["call.summary.completed"]),
    (3, ["call.transcript.completed"]),
    (2, ["contact.updated", "contact.deleted"]),
]
DRIFT = ["changed", "key-changed", "not-created-here"]
COLUMNS = [field.column for field in Webhook._meta.concrete_fields if not field.generated]


def host(rank: int) -> str:
    first, second = WORDS[rank % 18], WORDS[rank // 18 % 18]
    return f"hooks{rank}.{first}-{second}.example"


def number_id(rank: int) -> str:
    return "PN" + hashlib.sha256(f"number {rank}".encode()).hexdigest()[:9]


def member_id(rank: int) -> str:
    return f"US{rank:06}"


class Zipf:
    """Ranks from 0, the first by far the most frequent: the n-th n times rarer than the first."""

    def __init__(self, count: int) -> None:
        self.steps = list(accumulate(1 / rank for rank in range(1, count + 1)))

    def rank(self, chance: random.Random) -> int:
        return bisect(self.steps, chance.random() * self.steps[-1])


def company() -> None:
    """Make the numbers and members, and a sync that read them."""
    if Number.objects.exists():
        return
    seen = {"first_seen_at": BEGAN, "last_seen_at": BEGAN}
    Number.objects.bulk_create(
        Number(
            quo_id=number_id(rank),
            name=f"{WHERE[rank % 20]} line {rank}",
            number=f"+1415{rank:07}",
            digits=f"1415{rank:07}",
            **seen,
        )
        for rank in range(NUMBERS)
    )
    Member.objects.bulk_create(
        Member(quo_id=member_id(rank), first_name=WORDS[rank % 18].title(), last_name=f"No{rank}",
               **seen)
        for rank in range(MEMBERS)
    )  # fmt: skip
    Sync.objects.create(started_at=BEGAN, ended_at=BEGAN, actor="bench", counts={"webhooks": 1})


def fill(rows: int) -> None:
    """Add webhooks until there are so many. The same ones every time."""
    company()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # else most of the time goes into rereading indexes
            cursor.execute("PRAGMA cache_size = -1000000")
            cursor.execute("PRAGMA synchronous = OFF")
    hosts, numbers = Zipf(HOSTS), Zipf(NUMBERS)
    start = Webhook.objects.count()
    for first in range(start, rows, AT_ONCE):
        webhooks, subscriptions = [], []
        for pk in range(first + 1, min(first + AT_ONCE, rows) + 1):
            chance = random.Random(pk)
            values = webhook(pk, chance, hosts, numbers)
            webhooks.append([values[column] for column in COLUMNS])
            subscriptions += [
                (pk, event, id, values["endpoint_hash"])
                for event in values["events"]
                for id in values["resource_ids"]
            ]
        write(Webhook._meta.db_table, COLUMNS, webhooks)
        table = Subscription._meta.db_table
        write(table, ["webhook_id", "event", "resource_id", "endpoint_hash"], subscriptions)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA cache_size = -2000")  # what everybody has
        elif start < rows:
            cursor.execute("SELECT setval('webhooks_webhook_id_seq', %s)", [rows])
            cursor.execute("VACUUM ANALYZE")  # its own autovacuum would, a minute later


def webhook(pk: int, chance: random.Random, hosts: Zipf, numbers: Zipf) -> dict:
    [(_, events)] = chance.choices(EVENTS, [weight for weight, _ in EVENTS])
    rank = hosts.rank(chance)
    scheme = "http" if chance.random() < 0.01 else "https"
    url = f"{scheme}://{host(rank)}/quo/{chance.randrange(1 + 2000 // (rank + 1))}?token=hush"
    ids = ["*"] if chance.random() < 0.03 else sorted(
        {number_id(numbers.rank(chance)) for _ in range(chance.randint(1, 10))}
    )  # fmt: skip
    label = f"{chance.choice(WHAT)}, {chance.choice(WHERE)} {chance.randrange(1000)}"
    made = BEGAN + timedelta(minutes=pk, seconds=chance.randrange(60))
    gone = made + timedelta(days=30) if chance.random() < 0.1 else None
    quo_id = "WH" + hashlib.sha256(f"webhook {pk}".encode()).hexdigest()[:12]
    return {
        "id": pk,
        "quo_id": quo_id,
        "user_id": member_id(chance.randrange(MEMBERS)),
        "org_id": "OR2fWc9x",
        "label": label,
        "status": "disabled" if chance.random() < 0.01 else "enabled",
        "url": url,
        "created_at": made,
        "updated_at": made,
        "deleted_at": None,
        "events": events,
        "resource_ids": ids,
        "key_sealed": SEALED,
        "key_fingerprint": quo_id[2:10],
        "host": host_of(url),
        "family": family_of(tuple(events)),
        "created_or_seen_at": made,
        "is_plain_http": scheme == "http",
        "is_unreachable": False,
        "endpoint_hash": endpoint_hash_of(url),
        "number_count": 0 if ids == ["*"] else len(ids),
        "event_set": ",".join(sorted(events)),
        "sort_name": label.lower(),
        "created_by": chance.choice(["", "", "olga", "priya"]),
        "first_seen_at": made,
        "last_seen_at": made,
        "missing_since": gone,
        "deleted_by": "",
        "drift": chance.choice(["changed", "key-changed", "not-created-here"])
        if chance.random() < 0.003
        else "",
        "drift_since": None,
        "drift_details": [],
    }


def write(table: str, columns: list[str], rows: list) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    plain = ([_plain(value) for value in row] for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in plain:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.execute("BEGIN")
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(plain))
            cursor.execute("COMMIT")


def _plain(value: object) -> object:
    if isinstance(value, list):
        return json.dumps(value)
    if isinstance(value, datetime) and connection.vendor == "sqlite":
        return value.replace(tzinfo=None).isoformat(" ")
    return value
