"""Clocks that are or were wrong."""

from django.utils import timezone

from quo_admin import clock as clocks
from quo_admin.home.work_item import Item
from quo_admin.workspace.models import Sync


def clock(last: Sync | None) -> Item:
    """Return the item for this server's clock, else for a last sync that is in the future."""
    now, ahead = timezone.now(), clocks.ahead()
    is_wrong = abs(ahead) > clocks.TOLERANCE
    is_future = bool(last and last.is_future(now=now - ahead))
    if is_wrong:
        one = f"This server’s clock is {clocks.difference_words(ahead)} the database’s"
        why = "Times are stored and shown wrong. Correct the clocks of both machines."
    else:
        one = "The last sync is dated in the future"
        why = "A clock is or was wrong. Sync now to check every webhook again."
    return Item(
        count=int(is_wrong or is_future),
        one=one,
        many="Wrong clocks",
        why=why,
        fine="No clock is known to be wrong.",
        address=last.get_absolute_url() if last and is_future and not is_wrong else "",
        oldest=None,
        kind="stale",
        word="Wrong clock",
    )
