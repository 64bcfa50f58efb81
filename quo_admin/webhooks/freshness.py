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
        none_read: it could read no list at all; nothing_read: nor could any before it.
    """

    sweep: Sweep | None
    stale: list[tuple[Listing, str]]
    more: int
    members: frozenset[str]
    none_read: bool
    nothing_read: bool

    def is_stale(self, webhook: Webhook) -> bool:
        """Say whether it may be otherwise at Quo by now. Without a member it may be in any list."""
        lists = self.members if webhook.user_id is None else self.members & {webhook.user_id}
        return webhook.gone_at is None and (self.nothing_read or bool(lists))

    @property
    def doubt(self) -> str:
        """What has to be said in place of “none”, where not every list was read."""
        if self.nothing_read or not self.sweep:
            return "Nobody knows: no list of webhooks was read yet."
        return "None in the lists that were read, and not all were." if self.stale else ""


def freshness() -> Freshness:
    sweep = Sweep.objects.ended().newest()
    stale = list(Listing.objects.stale(sweep))
    read = (
        Listing.objects.filter(read_at__gte=sweep.started_at) if sweep else Listing.objects.none()
    )
    nothing = nothing_read(sweep)
    named = stale[:NAMED]
    known = Member.objects.in_bulk([each.member_id for each in named], field_name="quo_id")
    return Freshness(
        sweep=sweep,
        stale=[(each, str(known.get(each.member_id, each.member_id))) for each in named],
        more=len(stale) - len(named),
        members=frozenset(each.member_id for each in stale),
        none_read=nothing or (bool(stale) and not read.exists()),
        nothing_read=nothing,
    )


def nothing_read(last: Sweep | None) -> bool:
    """Say whether sweeps have ended, this one as the last, and none read any list of webhooks."""
    name = "webhooks"
    return bool(last and name not in last.counts) and Sweep.objects.newest_of(name) is None
