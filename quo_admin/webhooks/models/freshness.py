"""How fresh our picture of Quo's webhooks is, as the list's title says it."""

from dataclasses import dataclass

from quo_admin.webhooks.models import MemberList, Webhook
from quo_admin.workspace.models import Member, Sync

NAMED = 3  # members whose lists are stale; of more, how many


@dataclass(frozen=True)
class Freshness:
    """When Quo was last asked, and which members' lists could not be read then.

    Attributes:
        sync: the last one that ended; None where there never was one.
        stale: each list that is older, with its member's name; ``more``: how many beyond these.
        members: whose lists these are, all of them.
        none_read: it could read no list at all; nothing_read: nor could any before it.
    """

    sync: Sync | None
    stale: list[tuple[MemberList, str]]
    more: int
    members: frozenset[str]
    none_read: bool
    nothing_read: bool

    def is_stale(self, webhook: Webhook) -> bool:
        """Say whether it may be otherwise at Quo by now. Without a member it may be in any list."""
        lists = self.members if webhook.user_id is None else self.members & {webhook.user_id}
        return webhook.missing_since is None and (self.nothing_read or bool(lists))

    @property
    def doubt(self) -> str:
        """What has to be said in place of “none”, where not every list was read."""
        if self.nothing_read or not self.sync:
            return "Not known yet: no sync has read your webhooks."
        return "Not known: some webhooks could not be read." if self.stale else ""


def freshness() -> Freshness:
    sync = Sync.objects.ended().newest()
    stale = list(MemberList.objects.stale(sync))
    read = (
        MemberList.objects.filter(read_at__gte=sync.started_at)
        if sync
        else MemberList.objects.none()
    )
    nothing = nothing_read(sync)
    named = stale[:NAMED]
    known = Member.objects.in_bulk([each.member_id for each in named], field_name="quo_id")
    return Freshness(
        sync=sync,
        stale=[(each, str(known.get(each.member_id, each.member_id))) for each in named],
        more=len(stale) - len(named),
        members=frozenset(each.member_id for each in stale),
        none_read=nothing or (bool(stale) and not read.exists()),
        nothing_read=nothing,
    )


def nothing_read(last: Sync | None) -> bool:
    """Say whether syncs have ended, this one as the last, and none read any list of webhooks."""
    name = "webhooks"
    return bool(last and name not in last.counts) and Sync.objects.newest_of(name) is None
