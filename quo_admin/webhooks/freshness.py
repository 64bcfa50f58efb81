"""How fresh our picture of Quo's webhooks is, as the list's title says it."""

from dataclasses import dataclass

from quo_admin.webhooks.models import Listing, Webhook
from quo_admin.workspace.models import Member, Sweep

NAMED = 3  # members whose lists are stale; of more, how many


@dataclass(frozen=True)
class Freshness:
    """When Quo was last asked, and which members' lists could not be read then.

    Attributes:
        sweep: the last one that ended; None where there never was one.
        stale: each list that is older, with its member's name; ``more``: how many beyond these.
        members: whose lists these are, all of them.
        none_read: it could read no list at all.
    """

    sweep: Sweep | None
    stale: list[tuple[Listing, str]]
    more: int
    members: frozenset[str]
    none_read: bool

    def is_stale(self, webhook: Webhook) -> bool:
        """Say whether it may be otherwise at Quo by now. Without a member it may be in any list."""
        lists = self.members if webhook.user_id is None else self.members & {webhook.user_id}
        return webhook.gone_at is None and bool(lists)


def freshness() -> Freshness:
    sweep = Sweep.objects.ended().newest()
    stale = list(Listing.objects.unread_since(sweep.started_at)) if sweep else []
    named = stale[:NAMED]
    known = Member.objects.in_bulk([each.member_id for each in named], field_name="quo_id")
    return Freshness(
        sweep=sweep,
        stale=[(each, str(known.get(each.member_id, each.member_id))) for each in named],
        more=len(stale) - len(named),
        members=frozenset(each.member_id for each in stale),
        none_read=bool(stale) and len(stale) == Listing.objects.count(),
    )
