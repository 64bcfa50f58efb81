"""What every page's header shows."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from quo_admin.accounts.theme import theme_of
from quo_admin.batches.progress import active_batch


def every_page(request: HttpRequest) -> dict[str, Any]:
    """Return the theme and the running batch, which is read only if a page shows it."""
    return {"theme": theme_of(request), "active_batch": SimpleLazyObject(active_batch)}
