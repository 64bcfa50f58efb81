"""How often one person may check keys. Counted in the shared cache, for all processes."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest

PER_PERSON = "20/m/user"  # our limit, for each of the two pages


def is_within_rate_limit(request: HttpRequest, page: str) -> bool:
    """Count this request, and return whether it may be answered."""
    usage = ratelimit.consume(
        request, app="quo_admin.webhooks", action=page, config={page: PER_PERSON}
    )
    return usage is not None
