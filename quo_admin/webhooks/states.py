"""The states of a webhook as pages show them: a mark and a label, worked out here."""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.text import Truncator

from quo_admin.times import ago
from quo_admin.webhooks.models import Drift, Webhook
from quo_admin.workspace.models import Sync

STATUS_LENGTH = 24  # characters of a status that we do not know
STATES_SHOWN = 2  # in a row of a list; the rest is counted
NOT_RETURNED = "Not returned by Quo"

_STATUSES = {"enabled": ("ok", "Enabled"), "disabled": ("off", "Disabled")}


@dataclass(frozen=True)
class State:
    """A mark (the CSS kind of ``.state``) and its label, which may hold a time element."""

    mark: str
    label: str


def status_label(status: str | None) -> str:
    """Return Quo's status in our words, an unknown one as Quo wrote it."""
    known = _STATUSES.get(status or "")
    return known[1] if known else Truncator(status or NOT_RETURNED).chars(STATUS_LENGTH)


def status_state(webhook: Webhook, *, stale: bool = False) -> State:
    """Return the state of a webhook: missing or deleted, else Quo's status.

    Args:
        stale: the last sync could not read it, so the status is old.
    """
    if webhook.missing_since:
        return State("gone", "Deleted" if webhook.deleted_by else "Missing at Quo")
    label = status_label(webhook.status)
    if stale:
        return State("stale", format_html("{}, as of {}", label, ago(webhook.last_seen_at)))
    return State(_STATUSES.get(webhook.status or "", ("unk", ""))[0], label)


def missing_state(webhook: Webhook) -> State:
    """Return since when a webhook is missing, or who deleted it here."""
    if webhook.deleted_by:
        label = format_html("Deleted by {} {}", webhook.deleted_by, ago(webhook.missing_since))
    else:
        label = format_html("Missing at Quo since {}", ago(webhook.missing_since))
    return State("gone", label)


def drift_state(webhook: Webhook) -> State | None:
    """Return the drift of a webhook, except "missing", which is its status already."""
    if not webhook.drift or webhook.drift == Drift.MISSING:
        return None
    mark = "new" if webhook.drift == Drift.NOT_CREATED_HERE else "warn"
    return State(mark, str(Drift(webhook.drift).label))


def first_sync() -> Sync | None:
    """Return the first sync that read webhooks: what it found existed before Quo Admin."""
    return Sync.objects.ended().filter(counts__has_key="webhooks").order_by("pk").first()


def existed_before(webhook: Webhook, first: Sync | None) -> bool:
    """Whether a webhook is "not created here" only because it is older than Quo Admin."""
    if webhook.drift != Drift.NOT_CREATED_HERE or not (first and first.ended_at):
        return False
    return webhook.drift_since is not None and webhook.drift_since <= first.ended_at
