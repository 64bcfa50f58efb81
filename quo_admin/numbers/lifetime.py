"""When a webhook existed, as far as we know."""

from dataclasses import dataclass
from datetime import datetime

from quo_admin.webhooks.models import Webhook


@dataclass(frozen=True)
class Lifetime:
    """It existed certainly until ``sure_until``, and possibly until ``ends``."""

    begins: datetime
    sure_until: datetime
    ends: datetime


def lifetime_of(webhook: Webhook, now: datetime) -> Lifetime:
    """Return when a webhook existed. Start and end are in order, even if Quo's times are not.

    One that a sync found missing ended at some time since it was last seen.
    """
    begins = webhook.created_or_seen_at
    ends = max(begins, webhook.deleted_at or webhook.missing_since or now)
    found_missing = webhook.missing_since and not (webhook.deleted_at or webhook.deleted_by)
    sure_until = min(max(begins, webhook.last_seen_at), ends) if found_missing else ends
    return Lifetime(begins, sure_until, ends)
