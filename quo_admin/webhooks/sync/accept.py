"""Accepting the drift of many webhooks at once."""

import time
from datetime import datetime

from quo_admin.chunks import read_in_chunks
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
    accepted = 0
    marked = Webhook.objects.filter(drift=kind, drift_since__lte=before).defer("key_sealed")
    for chunk in read_in_chunks(marked, AT_ONCE):
        if time.monotonic() - started >= budget_s:
            break
        accepted += accept(actor=actor, webhooks=chunk)
    return accepted
