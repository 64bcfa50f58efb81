"""Links from an entry to the page of its object. Other apps are known by URL names only."""

import re

from django.urls import NoReverseMatch, reverse

# Patterns of targets and the page they lead to; the group is the argument of that page.
PAGES = {
    r"(WH\S+)": "webhooks:detail",
    r"attempt ([0-9]+)": "webhooks:attempt",
    r"batch ([0-9]+)": "batches:batch",
    r"webhooks": "webhooks:list",
    r"(PN\S+)": "numbers:detail",
    r"numbers": "numbers:list",
    r"workspace": "workspace:syncs",
    r"audit log": "audit:list",
}


def page_of(target: str) -> str:
    """Return the URL of the object's page, or ""."""
    for written, name in PAGES.items():
        if found := re.fullmatch(written, target):
            try:
                return reverse(name, args=found.groups())
            except NoReverseMatch:
                return ""
    return ""
