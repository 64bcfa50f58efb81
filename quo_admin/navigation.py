"""The main menu, and the second-level navigation of each of its sections."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

WEBHOOKS = "webhooks.view_webhook"
NUMBERS = "workspace.view_number"
AUDIT_LOG = "audit.view_entry"


@dataclass(frozen=True)
class Page:
    """A page that people reach from the navigation. ``name`` is its URL name."""

    label: str
    name: str
    permissions: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """An item of the main menu. It leads to ``page`` and is current on every page of ``apps``."""

    page: Page
    apps: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()  # the second level


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_current: bool


SECTIONS = (
    Section(Page("Home", "home", (WEBHOOKS,))),
    Section(
        Page("Webhooks", "webhooks:list", (WEBHOOKS,)),
        apps=("webhooks",),
        pages=(
            Page("All webhooks", "webhooks:list", (WEBHOOKS,)),
            Page("Findings", "webhooks:findings", (WEBHOOKS,)),
            Page("Attempts", "webhooks:attempts", (WEBHOOKS,)),
            Page("Check a key", "webhooks:check", (WEBHOOKS,)),
            Page("Signature debugger", "webhooks:signature", (WEBHOOKS,)),
            Page("Key access", "webhooks:access", (WEBHOOKS, AUDIT_LOG)),
        ),
    ),
    Section(
        Page("Numbers", "numbers:list", (WEBHOOKS, NUMBERS)),
        apps=("numbers", "workspace"),
        pages=(
            Page("Coverage", "numbers:list", (WEBHOOKS, NUMBERS)),
            Page("Map", "numbers:map", (WEBHOOKS, NUMBERS)),
            Page("Notes", "numbers:notes", (WEBHOOKS, NUMBERS)),
        ),
    ),
    Section(
        Page("Onboarding", "onboarding:overview", (WEBHOOKS, NUMBERS)),
        apps=("onboarding", "batches"),
        pages=(
            Page("Overview", "onboarding:overview", (WEBHOOKS, NUMBERS)),
            Page("Batches", "batches:list", (WEBHOOKS, NUMBERS)),
        ),
    ),
    Section(Page("Audit log", "audit:list", (AUDIT_LOG,)), apps=("audit",)),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Gives ``menu`` and ``section``: the links that this person may follow.

    ``section`` is empty on pages that are not on the second level: those have a breadcrumb.
    """
    match = request.resolver_match
    app, name = (match.app_name, match.view_name) if match else ("", "")
    menu = [
        Link(page.label, reverse(page.name), app in section.apps or page.name == name)
        for section in SECTIONS
        if _may_open(page := section.page, request)
    ]
    pages = next((s.pages for s in SECTIONS if name in {page.name for page in s.pages}), ())
    return {
        "menu": menu,
        "section": [
            Link(page.label, reverse(page.name), page.name == name)
            for page in pages
            if _may_open(page, request)
        ],
    }


def _may_open(page: Page, request: HttpRequest) -> bool:
    user = getattr(request, "user", None)  # missing if the request failed before authentication
    return user is not None and user.has_perms(page.permissions)
