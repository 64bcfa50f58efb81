"""Batches to start a test from, and the worker that carries them out."""

from django.utils import timezone

from quo_admin.onboarding.models import Batch, BatchItem
from quo_admin.onboarding.plan import Wish
from quo_admin.onboarding.services import batches, carry
from quo_admin.quo import spec
from quo_admin.sandbox.seed import GROUPS
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
    """The first numbers of the sandbox's company, as a sweep would have read them."""
    return [make_number(id=id, name=name, number=number) for id, name, number in SEEDED[:count]]


def draft(count=3, **changes):
    """A draft of olga's: a webhook for each of so many numbers."""
    known = list(Number.objects.order_by("pk"))
    told = {
        "numbers": (known or numbers(count))[:count],
        "events": (spec.MessageEvent.RECEIVED,),
        "url": URL,
        "pattern": ASKED["pattern"],
    }
    wish = Wish(**(told | changes))
    return batches.draft(actor="olga", wish=wish, asked=ASKED | {"url": wish.url})


def begun(count=3, **changes):
    """A batch that olga has begun, and of which nothing is sent yet."""
    batch = draft(count, **changes)
    batches.begin(actor="olga", batch=batch, accepted=["plain-http", "many-numbers"])
    return batch


def work(times=100):
    """Do what a worker does, until it finds nothing to do; with ``times`` so often at the most."""
    for _ in range(times):
        if not carry.carry_next():
            return


def states(batch):
    """Return the states of the rows, in their order."""
    return [item.state for item in batch.items.with_states(now=timezone.now())]


def state(batch):
    return Batch.objects.get(pk=batch.pk).state


def item(batch, row=1):
    return BatchItem.objects.get(batch=batch, row=row)


def creates(sandbox):
    """How many creates have reached Quo."""
    return [call.method for call in sandbox.calls.all()].count("POST")
