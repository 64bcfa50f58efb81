"""How fresh our copy of the webhooks is, as page titles say it."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator

from quo_admin.times import ago, exact
from quo_admin.webhooks.models import MemberList, Webhook
from quo_admin.workspace.models import Member, Sync

NAMED = 3  # members whose lists are stale; more are counted
FAILURE_LENGTH = 200  # characters of Quo's message


@dataclass(frozen=True)
class Freshness:
    """The last sync, and which members' lists it could not read.

    Attributes:
        sync: the last one that ended; None if there was none.
        stale: the first stale lists, with their member's name; ``more``: how many others.
        members: the members of all stale lists.
        none_read: the last sync could not read any list; nothing_read: nor could any before it.
    """

    sync: Sync | None
    stale: list[tuple[MemberList, str]]
    more: int
    members: frozenset[str]
    none_read: bool
    nothing_read: bool

    def is_stale(self, webhook: Webhook) -> bool:
        """Whether the webhook may be different at Quo. Without a member it may be in any list."""
        lists = self.members if webhook.user_id is None else self.members & {webhook.user_id}
        return webhook.missing_since is None and (self.nothing_read or bool(lists))

    @property
    def doubt(self) -> str:
        """Why we cannot know that there is none of something; "" if every list was read."""
        if self.nothing_read or not self.sync:
            return "Not known yet: no sync has read your webhooks."
        return "Not known: some webhooks could not be read." if self.stale else ""

    @property
    def sentences(self) -> list[str]:
        """When webhooks were last read, and whose could not be."""
        if not self.sync:
            first = "Not synced with Quo yet."
        elif self.sync.is_future(now=timezone.now()):
            first = format_html(
                "The last sync is dated {}, in the future, because a clock is or was wrong.",
                exact(self.sync.latest_time),
            )
        elif self.none_read:
            first = format_html("The last sync, {}, failed.", ago(self.sync.started_at))
        else:
            first = format_html("Last synced {}.", ago(self.sync.started_at))
        sentences = [first, *(_stale_sentence(each, name) for each, name in self.stale)]
        if self.more:
            plural = "" if self.more == 1 else "s"
            sentences.append(f"Also affected: {self.more} more member{plural}.")
        return sentences


def _stale_sentence(list: MemberList, name: str) -> str:
    read = format_html("last read {}", ago(list.read_at)) if list.read_at else "never read"
    failure = Truncator(list.failure).chars(FAILURE_LENGTH).rstrip(".")
    reason = f": {failure}" if failure else ""
    return format_html("{}’s webhooks were {}{}.", name, read, reason)


def freshness() -> Freshness:
    sync = Sync.objects.ended().newest()
    stale = list(MemberList.objects.stale(sync))
    nothing = nothing_read(sync)
    named = stale[:NAMED]
    known = Member.objects.names(each.member_id for each in named)
    return Freshness(
        sync=sync,
        stale=[(each, known.get(each.member_id, each.member_id)) for each in named],
        more=len(stale) - len(named),
        members=frozenset(each.member_id for each in stale),
        none_read=nothing or bool(sync and stale and not MemberList.objects.read_in(sync).exists()),
        nothing_read=nothing,
    )


def nothing_read(last: Sync | None) -> bool:
    """Whether syncs have ended, this one last, and none of them read any webhooks."""
    name = "webhooks"
    return bool(last and name not in last.counts) and Sync.objects.newest_of(name) is None
