"""Filters that every template has without a load: times, hosts, fingerprints, message kinds."""

import re
from datetime import UTC, datetime

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

KINDS = {"success": "ok", "warning": "warn", "error": "bad"}


@register.filter
def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """Return how long ago it was, as a time element that shows the exact UTC time on demand.

    Hover, tap or focus shows it (see ``time`` in components.css). The words fit into a sentence;
    at the start of a cell the style sheet capitalizes them.
    """
    if moment is None:
        return ""
    moment = moment.astimezone(UTC)
    exact = moment.replace(microsecond=0, tzinfo=None)
    return format_html(
        '<time datetime="{}Z" data-exact="{} UTC">{}</time>',
        exact.isoformat(),
        exact,
        _distance(moment, now or timezone.now()),
    )


def reads_the_same(moment: datetime | None, other: datetime | None) -> bool:
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


@register.filter
def pairs(fingerprint: str | None) -> str:
    """Return a fingerprint in two groups, which are easier to read out: 5c79-5c6c."""
    return f"{fingerprint[:4]}-{fingerprint[4:]}" if fingerprint else ""


@register.filter
def breakable(host: str | None) -> SafeString:
    """Return a host with a line-break opportunity after each dot, for narrow columns."""
    host = conditional_escape(host or "")
    if re.fullmatch(r"[\d.]+|\[[\da-fA-F:.]+\]", host):  # an IP address stays on one line
        return format_html('<span class="nowrap">{}</span>', host)
    return mark_safe(host.replace(".", ".<wbr>"))  # noqa: S308


@register.filter
def kind(level: str) -> str:
    """Return the kind of state that shows a message of this Django level."""
    return KINDS.get(level, "")
