"""Which clock counts, and which stored times cannot be right.

After a machine's clock was ahead, what it stored is dated in the future. Such a time is not
believed: it counts as long ago, a lease until then as ended, and what is stored next replaces it.
Nothing is corrected backwards: if the present clock is wrong, the stored times are right.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone

TOLERANCE = timedelta(minutes=1)  # our limit: how far the clocks of two machines may differ


def now() -> datetime:
    """Return the time by the database's clock, which all machines share.

    SQLite has none of its own: its machine is ours.
    """
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def ahead() -> timedelta:
    """Return how far this machine's clock is ahead of the database's; negative if behind."""
    return timezone.now() - now()


def is_future(moment: datetime, *, now: datetime) -> bool:
    """Whether a clock must have been wrong when this time was stored, or is wrong now."""
    return moment > now + TOLERANCE


def not_since(field: str, moment: datetime, *, now: datetime) -> Q:
    """Return the condition that a time is before the moment, or not believed."""
    return Q(**{f"{field}__lt": moment}) | Q(**{f"{field}__gt": now + TOLERANCE})


def within(field: str, *, now: datetime, age: timedelta) -> Q:
    """Return the condition that a time is less than this long ago, and believed."""
    return Q(**{f"{field}__gt": now - age, f"{field}__lte": now + TOLERANCE})


def leased(field: str, *, now: datetime, length: timedelta) -> Q:
    """Return the condition that a lease of at most this length has not ended."""
    return Q(**{f"{field}__gt": now, f"{field}__lte": now + length + TOLERANCE})


def free(field: str, *, now: datetime, length: timedelta) -> Q:
    """Return the condition that there is no lease, or that it has ended or cannot be right."""
    ended, too_late = f"{field}__lte", f"{field}__gt"
    return Q(**{field: None}) | Q(**{ended: now}) | Q(**{too_late: now + length + TOLERANCE})


def difference_words(ahead: timedelta) -> str:
    """Return how far a clock is ahead of another one: "3 h ahead of", "2 days behind"."""
    minutes = round(abs(ahead).total_seconds() / 60)
    if minutes < 2 * 60:
        words = f"{minutes} min"
    else:
        words = f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"
    return f"{words} {'ahead of' if ahead > timedelta() else 'behind'}"
