"""The webhooks of tests/bench/pages.py as rows of the database, and what was snoozed of them."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import timedelta

from quo_admin.quo.types import WebhookData
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.models import Acknowledgement, Subscription, Webhook
from quo_admin.webhooks.store import derived
from tests.bench import pages_company
from tests.bench.pages_company import Company
from tests.bench.pages_insert import AT_ONCE, insert
from tests.factories import KEY

DRIFTS = ["changed", "key-changed", "not-created-here"]


def add_webhooks(company: Company) -> None:
    sealed = sealing.seal(KEY)
    for first in range(1, company.webhooks + 1, AT_ONCE):
        ranks = range(first, min(first + AT_ONCE, company.webhooks + 1))
        made = [webhook(rank, company, sealed) for rank in ranks]
        insert(made)
        insert(
            Subscription(webhook=row, event=event, resource_id=id, endpoint_hash=row.endpoint_hash)
            for row in made
            for event in row.events
            for id in row.resource_ids
        )


def webhook(rank: int, company: Company, sealed: bytes) -> Webhook:
    data = WebhookData.from_json(pages_company.webhook_json(rank, company))
    values = {
        "user_id": data.user_id,
        "org_id": data.org_id,
        "label": data.label,
        "status": data.status,
        "url": data.url,
        "created_at": data.created_at,
        "updated_at": data.updated_at,
        "events": list(data.events),
        "resource_ids": list(data.resource_ids),
        "key_sealed": sealed,
        "key_fingerprint": hashlib.sha256(data.id.encode()).hexdigest()[:8],
        "sort_name": data.label.lower(),
        "created_or_seen_at": data.created_at,
        "created_by": creator(rank, data.events, company),
        "first_seen_at": data.created_at,
        "last_seen_at": company.now,
    }
    return Webhook(quo_id=data.id, **values | derived(data) | afterwards(rank, company))


def creator(rank: int, events: Iterable[str], company: Company) -> str:
    """Return who created a webhook here: three in ten, and tom few."""
    if rank % 150 == 29:
        return "tom"
    ours = rank % 10 < 3 and all(event.startswith("message.") for event in events)
    return company.staff[rank % (len(company.staff) - 1)] if ours else ""


def afterwards(rank: int, company: Company) -> dict:
    """Return what became of a webhook: missing, deleted here, or different at Quo."""
    values: dict = {}
    if pages_company.is_missing(rank):
        since = company.spread(rank, company.webhooks)
        values["missing_since"] = since + (company.now - since) / 2
        values["deleted_by"] = "olga" if rank % 80 == 9 else ""
        if rank % 400 == 49:
            values |= {"drift": "missing", "drift_since": values["missing_since"]}
    elif rank % 300 == 3:
        values |= {"drift": DRIFTS[rank // 300 % 3], "drift_since": company.now}
    return values


def acknowledgements(company: Company) -> Iterator[Acknowledgement]:
    """Yield one for a part of the webhooks that break one of these policies."""
    policies = {"plain-http": 100, "disabled": 30, "many-numbers": 45}
    rest = {"plain-http": 5, "disabled": 7, "many-numbers": 11}
    broken = {
        pages_company.webhook_id(rank): policy
        for policy, every in policies.items()
        for rank in range(rest[policy], company.webhooks + 1, every)
    }
    live = Webhook.objects.live().filter(quo_id__in=list(broken)[:1000])
    for pk, id in live.order_by("pk").values_list("pk", "quo_id")[:: 3 if len(broken) > 9 else 1]:
        yield Acknowledgement(
            webhook_id=pk,
            policy=broken[id],
            reason="Known, and to be replaced next quarter",
            until=company.now.date() + timedelta(days=30),
            given_at=company.now - timedelta(days=3),
            given_by="priya",
        )
