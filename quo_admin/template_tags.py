"""Filters that every template has without a load: times, hosts, fingerprints, message kinds."""

import re

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from quo_admin.times import ago

register = template.Library()
register.filter(ago)

KINDS = {"success": "ok", "warning": "warn", "error": "bad"}


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
