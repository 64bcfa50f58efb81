"""The work list: what is open, asked of the other apps. Nothing of it is kept here."""

from quo_admin.home import attempt_items, batch_items, finding_items, number_items, sync_items
from quo_admin.home.work_item import Item
from quo_admin.webhooks.models.freshness import freshness
from quo_admin.worker.models import Heartbeat
from quo_admin.workspace.models import Sync


def work_list(
    *, beat: Heartbeat | None, last: Sync | None, sees_syncs: bool, sees_numbers: bool
) -> list[Item]:
    """Return every kind: what is open first, by its group, then what is unsure or in order.

    Args:
        beat: the last sign of life of any worker.
        last: the last sync that has ended.
        sees_syncs, sees_numbers: whether the person may see them.
    """
    doubt = freshness().doubt
    items = [
        attempt_items.several(),
        attempt_items.unknown(),
        attempt_items.sending(),
        *sync_items.drifts(doubt),
    ]
    if sees_syncs:
        items += [sync_items.unread(last, doubt), sync_items.sync(last)]
    items.append(attempt_items.worker(beat))
    if sees_numbers:
        items += [batch_items.paused(), batch_items.failed()]
        items += number_items.gaps()
    items += finding_items.broken(doubt)
    return sorted(items, key=lambda item: item.rank)
