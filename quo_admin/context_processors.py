"""What the header of every page shows."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from quo_admin.accounts.roles import role_of
from quo_admin.accounts.theme import theme_of
from quo_admin.batches.progress import active_batch


def every_page(request: HttpRequest) -> dict[str, Any]:
    """Return the theme, and role and running batch, which are read only if a page shows them."""
    return {
        "theme": theme_of(request),
        "role": SimpleLazyObject(lambda: role_of(request.user)),
        "active_batch": SimpleLazyObject(active_batch),
    }
