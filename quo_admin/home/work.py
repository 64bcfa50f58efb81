"""The work list: what is open, asked of the other apps. Nothing of it is kept here."""

from quo_admin.home import attempts, batches, numbers, rules, sweeps
from quo_admin.home.item import Item
from quo_admin.webhooks.freshness import freshness
from quo_admin.worker.models import Beat
from quo_admin.workspace.models import Sweep


def work_list(
    *, beat: Beat | None, last: Sweep | None, sees_sweeps: bool, sees_numbers: bool
) -> list[Item]:
    """Return every kind: what is open first, by its group, then what is unsure or in order.

    Args:
        beat: the last sign of life of any worker.
        last: the last sweep that has ended.
        sees_sweeps, sees_numbers: whether the person may see them.
    """
    doubt = freshness().doubt
    items = [attempts.several(), attempts.unknown(), attempts.sending(), *sweeps.drifts(doubt)]
    if sees_sweeps:
        items += [sweeps.unread(last, doubt), sweeps.sweep(last)]
    items.append(attempts.worker(beat))
    if sees_numbers:
        items += [batches.paused(), batches.failed()]
        items += numbers.gaps()
    items += rules.broken(doubt)
    return sorted(items, key=lambda item: item.rank)
