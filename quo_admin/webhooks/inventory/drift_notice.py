"""The notice on a webhook's page that it differs from what was known here."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html

from quo_admin.template_tags import pairs
from quo_admin.times import ago
from quo_admin.webhooks.models import Drift, Webhook
from quo_admin.workspace.models import Member


@dataclass(frozen=True)
class DriftNotice:
    """How the webhook differs from what was known here, and what to do about it.

    ``changes`` are field, old value and new value.
    """

    mark: str
    heading: str
    text: str
    changes: list[tuple[str, str, str]]
    since: datetime | None


def drift_notice(webhook: Webhook, member: Member | None) -> DriftNotice:
    """Return the notice for a webhook with drift. It names the member, if known, as whom to ask."""
    since = ago(webhook.drift_since)
    whom = f"{member}, its member in Quo" if member else "its member in Quo"
    notices = {
        Drift.NOT_CREATED_HERE: (
            "new",
            "Not created here, found {}",
            "This webhook was created with another tool, or before Quo Admin was set up. If you "
            f"know what it is for, accept it. If not, ask {whom}.",
        ),
        Drift.CHANGED: (
            "warn",
            "Changed at Quo, found {}",
            "Somebody changed this webhook outside Quo Admin. Find out who, and whether it was "
            "intended. This page shows the current details from Quo.",
        ),
        Drift.KEY_CHANGED: (
            "warn",
            "Key changed at Quo, found {}",
            "Your endpoint may still verify deliveries with the old key. The new key is stored "
            "here. Hand it over, check that deliveries arrive, then accept the change.",
        ),
        Drift.MISSING: (
            "gone gap",
            "Missing at Quo since {}",
            "This webhook was deleted outside Quo Admin and no longer sends deliveries. If you "
            "still need it, create a copy. Its last details, key and history stay here.",
        ),
    }
    mark, heading, text = notices[Drift(webhook.drift)]
    return DriftNotice(
        mark=mark,
        heading=format_html(heading, since),
        text=text,
        changes=[_change(*change) for change in webhook.drift_details],
        since=webhook.drift_since,
    )


def _change(field: str, before: str, after: str) -> tuple[str, str, str]:
    if field == "key":
        before, after = pairs(before), pairs(after)
    return field[:1].upper() + field[1:], before or "empty", after or "empty"
