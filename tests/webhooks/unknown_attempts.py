"""Attempts whose answer was lost, and what Quo made of them meanwhile."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.utils import timezone

from quo_admin.webhooks.reconcile import services as reconcile
from tests.factories import make_attempt, make_wanted


def unknown(*, ago=0, **changes):
    """An attempt of ada's whose answer was lost so many seconds ago."""
    begun = timezone.now() - timedelta(seconds=ago)
    wanted = make_wanted(**({"label": "Desk"} | changes))
    return make_attempt(
        "unknown",
        actor="ada",
        payload=wanted.to_json(),
        started_at=begun,
        ended_at=begun,
        next_check_at=begun,
    )


def made_at_quo(sandbox, *, ago=0, **changes):
    """A webhook like the attempts above, as Quo made it so many seconds ago."""
    moment = datetime.now(UTC) - timedelta(seconds=ago)
    doc = sandbox.store.all("webhook")[0] | {
        "id": f"WH{uuid4().hex[:10]}",
        "userId": sandbox.store.all("user")[0]["id"],
        "label": "Desk",
        "url": "https://example.com/quo",
        "status": "enabled",
        "events": ["message.received"],
        "resourceIds": ["*"],
        "createdAt": moment.isoformat(),
    }
    doc |= changes
    sandbox.store.add([("webhook", doc)])
    return doc


def look(**changes):
    reconcile.check_at_quo(**({"member": None, "actor": "worker"} | changes))


def state(attempt):
    attempt.refresh_from_db()
    return attempt.state
