"""Batches that wait for somebody: those that paused by themselves, and those that went wrong."""

from quo_admin.batches.queries import FAILED, PAUSED, address, in_state
from quo_admin.home.work_item import PERSON, Item, counted


def paused() -> Item:
    return Item(
        group=PERSON,
        count=in_state(PAUSED).count(),
        one="Batch that paused by itself",
        many="Batches that paused by themselves",
        why="Every other row would have met with the same. Mend what it says, and let it go on.",
        fine="No batch stands still by itself.",
        address=address(PAUSED),
        oldest=None,
        kind="stale",
        word="Paused",
    )


def failed() -> Item:
    count, oldest = counted(in_state(FAILED), "ended_at")
    return Item(
        group=PERSON,
        count=count,
        one="Batch that ended with failed or unknown rows",
        many="Batches that ended with failed or unknown rows",
        why="Retry what failed, and look for what is unknown: until then their numbers may reach "
        "nothing.",
        fine="No batch that has ended has any.",
        address=address(FAILED),
        oldest=oldest,
        kind="bad",
        word="Failures",
    )
