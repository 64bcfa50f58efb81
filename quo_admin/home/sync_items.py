"""What the last sync left to people: what it could not read, and what differs at Quo."""

from datetime import datetime

from django.db.models import Count, Min
from django.urls import reverse

from quo_admin.home.work_item import PERSON, Item
from quo_admin.webhooks.inventory.filters import Filters
from quo_admin.webhooks.models import Drift, MemberList, Webhook
from quo_admin.workspace.models import Member, Sync

NAMED = 3  # members

# one, many, why, fine, kind, word
WORDS: dict[Drift, tuple[str, str, str, str, str, str]] = {
    Drift.CHANGED: (
        "Webhook changed at Quo",
        "Webhooks changed at Quo",
        "Nothing here can change one, so it was done in the Quo app or by Quo. See what differs.",
        "Quo tells every webhook as it was known here.",
        "warn",
        "Drift",
    ),
    Drift.KEY_CHANGED: (
        "Webhook key changed",
        "Webhooks key changed",
        "Whoever receives its texts checks them with the old key. Hand the new one over.",
        "Every key is the one that was known here.",
        "warn",
        "Key changed",
    ),
    Drift.MISSING: (
        "Webhook gone at Quo without us",
        "Webhooks gone at Quo without us",
        "Nobody deleted it here. It sends nothing any more: see what its numbers still reach.",
        "All were found where we left them.",
        "gone gap",
        "Missing at Quo",
    ),
    Drift.NOT_CREATED_HERE: (
        "Webhook found at Quo that was not made here",
        "Webhooks found at Quo that were not made here",
        "Made with another tool or before this one. Look them through, then accept them.",
        "Every webhook was made here, or accepted by somebody.",
        "new",
        "Not created here",
    ),
}


def drifts(doubt: str) -> list[Item]:
    """Return an item for each kind of drift.

    Args:
        doubt: why nobody can know that none differs.
    """
    rows = Webhook.objects.filter(drift__in=list(WORDS)).order_by().values_list("drift")
    counts = {kind: told for kind, *told in rows.annotate(n=Count("pk"), oldest=Min("drift_since"))}
    return [_drift(kind, doubt, *counts.get(kind.value, (0, None))) for kind in WORDS]


def _drift(kind: Drift, doubt: str, count: int, oldest: datetime | None) -> Item:
    one, many, why, fine, mark, word = WORDS[kind]
    return Item(
        group=PERSON,
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
    """Members whose webhooks the last sync could not read: what is known of these is old."""
    lists = list(MemberList.objects.stale(last))
    refused = [one for one in lists if one.failure]
    named = (refused or lists)[:NAMED]
    members = Member.objects.in_bulk([one.member_id for one in named], field_name="quo_id")
    told = [
        f"{members.get(one.member_id, one.member_id)}: {one.failure or 'not asked'}"
        for one in named
    ]
    more = " And others." if len(lists) > len(named) else ""
    return Item(
        group=PERSON,
        count=len(lists),
        one="Member who could not be read",
        many="Members who could not be read",
        why=f"Their webhooks may have changed since. {'; '.join(told).rstrip('.')}.{more}",
        fine="Every member’s webhooks were read in the last sync.",
        address=last.get_absolute_url() if last else "",
        oldest=min((one.read_at for one in lists if one.read_at), default=None),
        kind="stale",
        word="Not checked",
        within=True,
        doubt=doubt,
    )


def sync(last: Sync | None) -> Item:
    whole = Sync.objects.newest_complete()
    return Item(
        group=PERSON,
        count=int(last is None or last != whole),
        one="Sync that could not read all" if last else "Sync that was never done",
        many="Syncs that could not read all",
        why=f"What stands here may be old. {last.said}"
        if last
        else "Nothing of the company is known here before the first one.",
        fine="The last one read everything.",
        address=last.get_absolute_url() if last else reverse("workspace:syncs"),
        oldest=whole.started_at if whole else None,
        kind="stale",
        word="Not checked",
    )
