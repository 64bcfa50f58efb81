"""The work list: what is open, asked of the other apps. Nothing of it is kept here."""

from quo_admin.home import attempts, numbers, rules, sweeps
from quo_admin.home.item import Item
from quo_admin.worker.models import Beat
from quo_admin.workspace.models import Sweep


def work_list(
    *, beat: Beat | None, last: Sweep | None, sees_sweeps: bool, sees_numbers: bool
) -> list[Item]:
    """Return every kind: what is open first, by its group, then what is in order.

    Args:
        beat: the last sign of life of any worker.
        last: the last sweep that has ended.
        sees_sweeps, sees_numbers: whether the person may see them.
    """
    items = [attempts.several(), attempts.unknown(), attempts.sending(), *sweeps.drifts()]
    if sees_sweeps:
        items += [sweeps.unread(last), sweeps.sweep(last)]
    items.append(attempts.worker(beat))
    if sees_numbers:
        items += numbers.gaps()
    items += rules.broken()
    return sorted(items, key=lambda item: item.count == 0)
