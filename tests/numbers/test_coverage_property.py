"""After every step of random histories, the stored coverage and hosts are those that a slow reader
finds.
"""

import pytest

from quo_admin.numbers import services
from quo_admin.numbers.coverage import EVENTS
from quo_admin.numbers.models import Coverage, Note, NumberHost
from quo_admin.webhooks.endpoints import normalized_url
from quo_admin.webhooks.inventory.services import Gone, _mark_missing
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.store import store
from quo_admin.worker.kept_rows import KEPT
from quo_admin.workspace.models import Number
from tests import histories
from tests.factories import make_webhook_data, number_data

pytestmark = pytest.mark.django_db

IDS = [f"WH{place}" for place in range(4)]
NUMBERS = ["PNa", "PNb", "PNc"]
EVENT_LISTS = [
    ["message.received"],
    ["message.delivered"],
    [*EVENTS.values()],
    ["call.ringing"],
    None,
]
CHOICES = {
    "events": [*EVENT_LISTS, *EVENT_LISTS, ["call.ringing"], None],
    "resourceIds": [["*"], ["PNa"], ["PNb"], ["PNa", "PNb"], NUMBERS, ["PNelse"], None],
    "url": ["https://a.example/x", "https://A.example/x", "https://b.example", None],
    "status": ["enabled", "enabled", "enabled", "disabled", None],
    "deletedAt": [None, None, None, None, "2026-11-22T11:59:59.123Z"],
}


def step(chance):
    """Draw a step: most store a webhook, as most changes do."""
    id, number = chance.choice(IDS), chance.choice(NUMBERS)
    if chance.random() < 0.5:
        return "store", {"id": id} | {name: chance.choice(some) for name, some in CHOICES.items()}
    return chance.choice(
        [
            ("delete", id),
            ("numbers", chance.sample(NUMBERS, chance.randint(1, 3))),
            ("note", number, chance.choice(list(EVENTS))),
            ("take_back", number),
        ]
    )


def test_coverage_matches_the_reference_after_every_step():
    [coverage] = [rows for rows in KEPT if rows.name == "coverage"]

    def check():
        assert stored_coverage() == reference()
        rows = NumberHost.objects.values_list("number_id", "event", "host")
        assert sorted(rows) == reached_hosts()
        assert coverage.differences(coverage.next_keys(0)) == []

    histories.run(step, STEPS, check)


def stored_coverage():
    return {
        (row.number_id, row.event): (row.state, row.hosts, row.more)
        for row in Coverage.objects.all()
    }


# The steps


def store_webhook(values, now):
    store(make_webhook_data(**values), now=now)


def delete(id, now):
    for webhook in Webhook.objects.filter(quo_id=id):
        _mark_missing("olga", webhook, Gone.DELETED)


def read_numbers(ids, now):
    rows = [Number.of(number_data(id=id), now=now) for id in ids]
    Number.objects.store_list(rows, requested_at=now)


def note(id, event, now):
    numbers = list(Number.objects.filter(quo_id=id))
    services.note(actor="olga", numbers=numbers, events=[event], text="")


def take_back(id, now):
    for one in Note.objects.filter(number_id=id, ended_at=None):
        services.take_back(actor="olga", note=one)


STEPS = {
    "store": store_webhook,
    "delete": delete,
    "numbers": read_numbers,
    "note": note,
    "take_back": take_back,
}


# The slow reader


def reference():
    return {
        (number.quo_id, event.value): coverage_of(number.quo_id, event)
        for number in Number.objects.all()
        for event in EVENTS.values()
    }


def coverage_of(id, event):
    here = [
        webhook
        for webhook in Webhook.objects.filter(missing_since=None, deleted_at=None)
        if event in (webhook.events or []) and {id, "*"} & set(webhook.resource_ids or [])
    ]
    enabled = [webhook for webhook in here if webhook.status == "enabled"]
    urls = [normalized_url(webhook.url) for webhook in enabled if webhook.url]
    named = [webhook for webhook in here if id in webhook.resource_ids]
    sending = [webhook for webhook in named if webhook in enabled]
    hosts = sorted({webhook.host or webhook.quo_id for webhook in sending or named})
    if len(set(urls)) < len(urls):
        state = "duplicated"
    elif sending:
        state = "covered"
    elif enabled:
        state = "all-numbers"
    elif Note.objects.filter(number_id=id, event=event, ended_at=None).exists():
        state = "noted"
    else:
        state = "only-disabled" if here else "not-covered"
    return state, hosts[:2], max(len(hosts) - 2, 0)


def reached_hosts():
    """The hosts of enabled webhooks that name a number, for each number and event."""
    known = set(Number.objects.values_list("quo_id", flat=True))
    return sorted(
        {
            (id, event.value, webhook.host)
            for webhook in Webhook.objects.filter(missing_since=None, deleted_at=None)
            for event in EVENTS.values()
            for id in webhook.resource_ids or []
            if webhook.status == "enabled" and event in (webhook.events or []) and id in known
        }
    )
