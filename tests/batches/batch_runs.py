"""Batches to start a test from, and the worker that carries them out."""

from django.utils import timezone

from quo_admin.batches import worker_job
from quo_admin.batches.models import Batch, BatchRow
from quo_admin.batches.services.draft import start
from quo_admin.onboarding.plan import PlanRequest
from quo_admin.onboarding.services import create_draft
from quo_admin.quo import spec
from quo_admin.sandbox.seed.numbers import GROUPS
from quo_admin.workspace.models import Number
from tests.factories import make_number

URL = "https://hooks.example.com/quo"
ASKED = {
    "url": URL,
    "events": ["message.received"],
    "packing": "each",
    "cap": 10,
    "pattern": "{name} – {number}",
    "userId": "",
}
CREATE = f"POST {spec.MESSAGE_WEBHOOKS}"


SEEDED = [(id, name, f"+1{digits}") for rows in GROUPS.values() for id, name, digits, _ in rows]
IDS = [id for id, _, _ in SEEDED]


def numbers(count):
    """The first numbers of the sandbox's company, as a sync would have read them."""
    return [make_number(id=id, name=name, number=number) for id, name, number in SEEDED[:count]]


def draft(count=3, **changes):
    """A draft of olga's: a webhook for each of so many numbers."""
    known = list(Number.objects.order_by("pk"))
    details = {
        "numbers": (known or numbers(count))[:count],
        "events": (spec.MessageEvent.RECEIVED,),
        "url": URL,
        "pattern": ASKED["pattern"],
    }
    wanted = PlanRequest(**(details | changes))
    return create_draft(actor="olga", request=wanted, form_data=ASKED | {"url": wanted.url})


def started_batch(count=3, **changes):
    """A batch that olga has started; nothing is sent yet."""
    batch = draft(count, **changes)
    start(actor="olga", batch=batch, accepted=["plain-http", "many-numbers"])
    return batch


def work(times=100):
    """Do what a worker does, until it finds nothing to do; with ``times`` so often at the most."""
    for _ in range(times):
        if not worker_job.run_next_row():
            return


def states(batch):
    """Return the states of the rows, in their order."""
    return [item.state for item in batch.rows.with_states(now=timezone.now())]


def state(batch):
    return Batch.objects.get(pk=batch.pk).state


def item(batch, row=1):
    return BatchRow.objects.get(batch=batch, row=row)


def creates(sandbox):
    """How many creates have reached Quo."""
    return [call.method for call in sandbox.calls.all()].count("POST")
