"""The page of the list that a request asks for: its cursor, its webhooks, and its position."""

from django.http import HttpRequest

from quo_admin.quo.storable_text import clean
from quo_admin.webhooks.inventory.facets import Counts
from quo_admin.webhooks.inventory.filters import Filters
from quo_admin.webhooks.inventory.sorting import words_of
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.models.cursor import CursorPage

# What a row of the list is made of. The rest, most of it times, costs as much to read again.
SHOWN = (
    "quo_id",
    "user_id",
    "label",
    "status",
    "events",
    "resource_ids",
    "key_fingerprint",
    "host",
    "is_plain_http",
    "created_or_seen_at",
    "created_by",
    "last_seen_at",
    "missing_since",
    "deleted_by",
    "drift",
    "drift_since",
)


def cursor_of(request: HttpRequest) -> dict[str, str]:
    """Return the webhook that is the cursor, by the side of it that is requested."""
    cursor = {side: clean(request.GET.get(side, "")) for side in ("after", "before")}
    return {side: quo_id for side, quo_id in cursor.items() if quo_id}


def requested_page(filters: Filters, request: HttpRequest) -> CursorPage[Webhook]:
    """Return the requested page. The cursor may be a webhook that is filtered out."""
    every = Webhook.objects.keyed(filters.order).only(*SHOWN)
    places = {side: every.filter(quo_id=id).first() for side, id in cursor_of(request).items()}
    return (
        filters.listed()
        .only(*SHOWN)
        .cursor_page(
            filters.size,
            after=places.get("after"),
            before=places.get("before"),
            order=filters.order,
        )
    )


def position(page: CursorPage[Webhook], filters: Filters, *, total: int | None = None) -> str:
    """Return which rows these are, and their order: "51 to 100 of 120, newest first"."""
    count, order = len(page.rows), words_of(filters.sort)
    if total is None and filters.counts:
        total = Counts(filters).total
    if total:
        return f"{page.first:,} to {page.last:,} of {total:,}, {order}"
    if page.has_newer:
        return f"{count} webhook{'' if count == 1 else 's'}, {order}"
    return f"1 to {count}, {order}" if page.has_older else f"1 to {count} of {count}, {order}"
