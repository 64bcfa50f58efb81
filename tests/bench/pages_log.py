"""The audit log of tests/bench/pages.py: one chain that the site finds intact."""

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime

from quo_admin.audit import triggers
from quo_admin.audit.chain import canonical_text, digest
from quo_admin.audit.models import Entry
from quo_admin.webhooks.models import Webhook
from tests.bench.pages_company import Company

ACTIONS = {  # how often each was recorded, in a hundred
    "sign_in.done": 35,
    "webhook.created": 20,
    "sync.finished": 15,
    "key.revealed": 5,
    "key.copied": 3,
    "key.checked": 4,
    "webhook.changed": 5,
    "webhook.deleted": 5,
    "finding.acknowledged": 4,
    "list.exported": 4,
}
OF_KEYS = ("key.revealed", "key.copied")
WITHOUT_WEBHOOK = ("sign_in.done", "sync.finished", "list.exported")
KNOWN = 20_000  # webhooks that the entries are about


def empty() -> None:
    """Delete what a migration recorded just now, since the log begins long ago."""
    with triggers.temporarily_dropped():
        Entry.objects.all().delete()


def entries(company: Company) -> Iterator[Entry]:
    fields = ("quo_id", "label", "key_fingerprint")
    webhooks = list(Webhook.objects.live().order_by("-pk").values_list(*fields)[:KNOWN])
    previous = ""
    for number in range(1, company.entries + 1):
        at = company.spread(number, company.entries)
        values = entry(number, at, company, webhooks)
        canonical = canonical_text(values, previous=previous)
        previous = digest(canonical)
        yield Entry(**values, canonical=canonical, hash=previous)


def entry(number: int, at: datetime, company: Company, webhooks: list) -> dict:
    chance = random.Random(number)
    [action] = chance.choices(list(ACTIONS), list(ACTIONS.values()))
    actor = "tom" if chance.random() < 0.01 else chance.choice(company.staff[:-1])
    if number == 20:  # in a short log too, somebody who left has seen a key
        action, actor = "key.revealed", "tom"
    target, label, fingerprint = chance.choice(webhooks)
    after = f"https://hooks{chance.randrange(400)}.example/quo, Message received"
    if action in OF_KEYS:
        after = f"fingerprint {fingerprint[:4]}-{fingerprint[4:]}"
    elif action in WITHOUT_WEBHOOK:
        target = label = ""
        after = f"{company.webhooks:,} webhooks, {chance.randrange(60)} s"
    moment = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {
        "number": number,
        "at": moment,
        "actor": "command" if action == "sync.finished" else actor,
        "action": action,
        "target": target,
        "label": label,
        "before": "",
        "after": after,
        "ip": f"203.0.113.{chance.randrange(1, 255)}",
        "request_id": hashlib.sha256(str(number).encode()).hexdigest()[:12],
    }
