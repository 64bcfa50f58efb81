"""Batches that need somebody: paused after an error, or with failed rows."""

from quo_admin.batches.queries import FAILED, PAUSED, address, in_state
from quo_admin.home.work_item import Item, counted


def paused() -> Item:
    return Item(
        count=in_state(PAUSED).count(),
        one="Batch paused after an error",
        many="Batches paused after an error",
        why="Fix the problem, then resume the batch.",
        fine="No batch is paused because of an error.",
        address=address(PAUSED),
        oldest=None,
        kind="stale",
        word="Paused",
    )


def failed() -> Item:
    count, oldest = counted(in_state(FAILED), "ended_at")
    return Item(
        count=count,
        one="Batch with failed or unknown rows",
        many="Batches with failed or unknown rows",
        why="Retry failed rows and reconcile unknown ones. Their numbers may not be covered yet.",
        fine="No finished batch has failed rows.",
        address=address(FAILED),
        oldest=oldest,
        kind="bad",
        word="Failures",
    )
