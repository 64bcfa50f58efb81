"""What the last sync could not read, and what differs at Quo."""

from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.urls import reverse

from quo_admin.home.work_item import Item
from quo_admin.webhooks.inventory.filters import Filters
from quo_admin.webhooks.models import Drift, MemberList, Webhook
from quo_admin.workspace.models import Member, Sync

NAMED = 3  # members or notices
NOTICES_SHOWN_FOR = timedelta(days=7)

# one, many, why, fine, kind, word
WORDS: dict[Drift, tuple[str, str, str, str, str, str]] = {
    Drift.CHANGED: (
        "Webhook changed at Quo",
        "Webhooks changed at Quo",
        "Changed outside Quo Admin. Review the differences.",
        "No webhook differs from Quo.",
        "warn",
        "Drift",
    ),
    Drift.KEY_CHANGED: (
        "Webhook with a changed key",
        "Webhooks with a changed key",
        "The endpoint may verify deliveries with the old key. Hand over the new one.",
        "No key changed at Quo.",
        "warn",
        "Key changed",
    ),
    Drift.MISSING: (
        "Webhook missing at Quo",
        "Webhooks missing at Quo",
        "Deleted outside Quo Admin. Check the coverage of its numbers.",
        "No webhook is missing at Quo.",
        "gone gap",
        "Missing at Quo",
    ),
    Drift.NOT_CREATED_HERE: (
        "Webhook not created here",
        "Webhooks not created here",
        "Created with another tool, or before Quo Admin. Review and accept them.",
        "Every webhook was created here or accepted.",
        "new",
        "Not created here",
    ),
}


def drifts(doubt: str) -> list[Item]:
    """Return an item for each kind of drift.

    Args:
        doubt: why we cannot know that none differs.
    """
    rows = Webhook.objects.filter(drift__in=list(WORDS)).order_by().values_list("drift")
    counts = {
        kind: found for kind, *found in rows.annotate(n=Count("pk"), oldest=Min("drift_since"))
    }
    return [_drift(kind, doubt, *counts.get(kind.value, (0, None))) for kind in WORDS]


def _drift(kind: Drift, doubt: str, count: int, oldest: datetime | None) -> Item:
    one, many, why, fine, mark, word = WORDS[kind]
    return Item(
        count=count,
        one=one,
        many=many,
        why=why,
        fine=fine,
        address=Filters(drift=kind.value).address,
        oldest=oldest,
        kind=mark,
        word=word,
        doubt=doubt,
    )


def unread(last: Sync | None, doubt: str) -> Item:
    """Return the item for members whose webhooks the last sync could not read."""
    lists = list(MemberList.objects.stale(last))
    failed = [each for each in lists if each.failure]
    named = (failed or lists)[:NAMED]
    members = Member.objects.names(each.member_id for each in named)
    reasons = [
        f"{members.get(each.member_id, each.member_id)}: {each.failure or 'not read'}"
        for each in named
    ]
    more = " And more." if len(lists) > len(named) else ""
    return Item(
        count=len(lists),
        one="Member whose webhooks could not be read",
        many="Members whose webhooks could not be read",
        why=f"Their webhooks may have changed. {'; '.join(reasons).rstrip('.')}.{more}",
        fine="The last sync read the webhooks of every member.",
        address=last.get_absolute_url() if last else "",
        oldest=min((each.read_at for each in lists if each.read_at), default=None),
        kind="stale",
        word="Not checked",
        info=True,  # the incomplete sync is counted already
        doubt=doubt,
    )


def shrunk(*, now: datetime) -> Item:
    """Return the item for lists from Quo that lost more than half of what they had."""
    syncs = list(Sync.objects.with_notices(since=now - NOTICES_SHOWN_FOR))
    notices = [notice for sync in syncs for notice in sync.notices.splitlines()]
    more = " And more." if len(notices) > NAMED else ""
    return Item(
        count=len(notices),
        one="List from Quo that lost more than half",
        many="Lists from Quo that lost more than half",
        why=" ".join(notices[:NAMED]) + more,
        fine="No list from Quo lost more than half in the last 7 days.",
        address=syncs[0].get_absolute_url() if syncs else "",
        oldest=syncs[-1].started_at if syncs else None,
        kind="gone gap",
        word="Check",
        info=True,  # the missing webhooks are counted already
    )


def sync(last: Sync | None) -> Item:
    whole = Sync.objects.newest_complete()
    return Item(
        count=int(last is None or last != whole),
        one="Incomplete sync" if last else "First sync needed",
        many="Incomplete syncs",
        why=f"This page may be out of date. {last.failures}"
        if last
        else "Sync with Quo to load members, numbers and webhooks.",
        fine="The last sync was complete.",
        address=last.get_absolute_url() if last else reverse("workspace:syncs"),
        oldest=whole.started_at if whole else None,
        kind="stale",
        word="Not checked",
    )
