"""How times are shown: in UTC, as the distance from now, with the exact time on demand.

Templates that show a date use Django's ``date`` filter, which follows ``TIME_ZONE``. Past days and
the audit log are in UTC too: see ``numbers/coverage.py`` and ``audit/filters.py``.
"""

from datetime import UTC, datetime

from django.utils import timezone
from django.utils.html import format_html


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """Return how long ago it was, as a time element that shows the exact UTC time on demand.

    Hover, tap or focus shows it (see ``time`` in components.css). The words fit into a sentence;
    at the start of a cell the style sheet capitalizes them.
    """
    if moment is None:
        return ""
    moment = moment.astimezone(UTC)
    return format_html(
        '<time datetime="{}Z" data-exact="{}">{}</time>',
        moment.replace(microsecond=0, tzinfo=None).isoformat(),
        exact(moment),
        _distance(moment, now or timezone.now()),
    )


def exact(moment: datetime) -> str:
    """Return a time as the audit log and messages name it."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def displays_the_same(moment: datetime | None, other: datetime | None) -> bool:
    """Whether ``ago`` has the same words for both times, so that one of them is enough."""
    if moment is None or other is None:
        return moment is other
    now = timezone.now()
    return _distance(moment.astimezone(UTC), now) == _distance(other.astimezone(UTC), now)


def _distance(moment: datetime, now: datetime) -> str:
    """Minutes within the hour, hours within 24, days (of UTC) within the week, then the date."""
    past = moment <= now
    seconds = int(abs((now - moment).total_seconds()))
    days = abs((now.date() - moment.date()).days)
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        words = f"{seconds // 60} min"
    elif seconds < 24 * 3600:
        words = f"{seconds // 3600} h"
    elif days == 1:
        return "yesterday" if past else "tomorrow"
    elif days < 7:
        words = f"{days} days"
    elif moment.year == now.year:
        return f"{moment.day} {moment:%b}"
    else:
        return f"{moment.day} {moment:%b} {moment.year}"
    return f"{words} ago" if past else f"in {words}"
