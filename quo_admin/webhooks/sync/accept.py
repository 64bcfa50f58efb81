"""Accepting the drift of many webhooks at once."""

import time
from datetime import datetime

from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.sync.drift import accept

AT_ONCE = 200  # rows read together
BUDGET_S = 10.0  # our limit for one request; the user can repeat it for more


def accept_all(*, actor: str, kind: str, before: datetime, budget_s: float = BUDGET_S) -> int:
    """Accept every drift of one kind that was marked no later than this time.

    One webhook at a time, in chunks, and only for some seconds: the rest stays marked. Returns how
    many were accepted.
    """
    started = time.monotonic()
    accepted = last = 0
    while time.monotonic() - started < budget_s:
        chunk = list(
            Webhook.objects.filter(drift=kind, drift_since__lte=before, pk__gt=last)
            .defer("key_sealed")
            .order_by("pk")[:AT_ONCE]
        )
        if not chunk:
            break
        accepted += accept(actor=actor, webhooks=chunk)
        last = chunk[-1].pk
    return accepted
