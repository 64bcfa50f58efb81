"""The work list: what is open, as the other apps report it. Nothing of it is stored here."""

from dataclasses import dataclass
from datetime import datetime

from quo_admin.home import (
    attempt_items,
    audit_items,
    batch_items,
    clock_items,
    finding_items,
    key_items,
    number_items,
    sync_items,
)
from quo_admin.home.work_item import Item
from quo_admin.webhooks.models.freshness import freshness
from quo_admin.worker.models import Heartbeat
from quo_admin.workspace.models import Sync


@dataclass(frozen=True)
class WorkList:
    """The items of the work list."""

    items: list[Item]

    @property
    def open_count(self) -> int:
        """The sum of the counts under "Needs action"."""
        return sum(item.count for item in self.items if not item.info)

    @property
    def groups(self) -> list[tuple[str, list[Item]]]:
        """The items that are not in order, under their headings."""
        headings = {
            "Needs action": [item for item in self.items if item.count and not item.info],
            "Worth knowing": [item for item in self.items if item.count and item.info],
            "Not known": [item for item in self.items if not item.count and item.doubt],
        }
        return [(heading, items) for heading, items in headings.items() if items]

    @property
    def in_order(self) -> list[Item]:
        return [item for item in self.items if not item.count and not item.doubt]


def work_list(
    *,
    beat: Heartbeat | None,
    last: Sync | None,
    sees_syncs: bool,
    sees_numbers: bool,
    now: datetime,
    sees_audit_log: bool,
) -> WorkList:
    """Return the work list.

    Args:
        beat: the last heartbeat of any worker.
        last: the last sync that ended.
        sees_syncs, sees_numbers, sees_audit_log: whether the user may see them.
    """
    doubt = freshness().doubt
    items = [audit_items.broken()] if sees_audit_log else []
    items += [
        attempt_items.several(),
        attempt_items.unknown(),
        attempt_items.sending(),
        *sync_items.drifts(doubt),
    ]
    if sees_syncs:
        items += [sync_items.unread(last, doubt), sync_items.sync(last), sync_items.shrunk(now=now)]
    items += [attempt_items.worker(beat), clock_items.clock(last), key_items.unreadable()]
    if sees_numbers:
        items += [batch_items.paused(), batch_items.failed()]
        items += number_items.gaps(doubt)
    items += finding_items.broken(doubt)
    return WorkList(items)
