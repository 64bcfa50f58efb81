"""A company that was synced, and what somebody else does to it at Quo meanwhile."""

from django.utils import timezone

from quo_admin.audit.models import Entry
from quo_admin.quo import spec
from quo_admin.quo.types import WebhookData
from quo_admin.sandbox.seed.members import TOM
from quo_admin.webhooks.models import MemberList, Webhook
from quo_admin.webhooks.store import store
from quo_admin.workspace import services
from quo_admin.workspace.models import Sync
from tests.factories import NOON

MEMBERS, NUMBERS, WEBHOOKS = 6, 34, 27  # of the seeded company
IN_SYNC = {"members": MEMBERS, "numbers": NUMBERS, "webhooks": WEBHOOKS, "in sync": WEBHOOKS}
TOMS = f"GET {spec.WEBHOOKS}?userId={TOM}"
FOLLOW_UP = "WHRrKvz4DEo"  # “Showroom follow-up”, of Tom’s


def sync(actor="ada"):
    return services.run(actor=actor)


def know_all(sandbox):
    """Store every webhook of the sandbox’s, as a sync that somebody accepted left it at NOON."""
    for doc in sandbox.store.all("webhook"):
        store(WebhookData.from_json(doc), now=NOON)


def change(sandbox, quo_id, **changes):
    """Let Quo tell one webhook otherwise from now on."""
    doc = sandbox.store.get("webhook", quo_id) | changes
    sandbox.store.delete("webhook", quo_id)
    sandbox.store.add([("webhook", doc)])


def ours(quo_id):
    return Webhook.objects.get(quo_id=quo_id)


def stale():
    return MemberList.objects.stale(Sync.objects.ended().newest())


def recorded(quo_id):
    """Return what the audit log says of one webhook: act, before and after, the newest first."""
    rows = Entry.objects.newest_first().filter(target=quo_id)
    return list(rows.values_list("action", "before", "after"))


def hours_later():
    """Let the lease of a sync that is incomplete end."""
    Sync.objects.filter(ended_at=None).update(lease_until=timezone.now())
