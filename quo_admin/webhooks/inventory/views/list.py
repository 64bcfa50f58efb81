"""The page of the list of webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quo_admin.quo import spec
from quo_admin.webhooks.inventory.facets import Counts
from quo_admin.webhooks.inventory.filter_labels import chips
from quo_admin.webhooks.inventory.filters import ROWS, Filters
from quo_admin.webhooks.inventory.requested_page import cursor_of, position, requested_page
from quo_admin.webhooks.inventory.rows import list_rows
from quo_admin.webhooks.inventory.sorting import COLUMNS, words_of
from quo_admin.webhooks.models import Drift, Webhook
from quo_admin.webhooks.models.freshness import freshness
from quo_admin.webhooks.policies.findings import open_findings
from quo_admin.webhooks.states import first_sync
from quo_admin.workspace.models import Number, Sync

NUMBERS_SHOWN = 5  # numbers that a search finds, above the webhooks
WAYS = {"-created": ("Newer", "Older"), "created": ("Older", "Newer")}


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def webhook_list(request: HttpRequest) -> HttpResponse:
    filters = Filters.of(request.GET)
    page = requested_page(filters, request)
    fresh = freshness()
    first = first_sync()
    found = _found_numbers(filters, request)
    context = {
        "filters": filters,
        "sorted": words_of(filters.sort),
        "heads": _heads(filters),
        "ways": WAYS.get(filters.sort, ("Previous", "Next")),
        "sizes": [(rows, filters.but(rows=rows).address) for rows in ROWS],
        "counts": Counts(filters) if filters.counts else None,
        "counted": filters.but(counts="1").address,
        "facets_at": filters.at("facets", **cursor_of(request)),
        "marks_at": filters.at("finding_states", **cursor_of(request)),
        "chips": chips(filters),
        "without_words": filters.but(q="", everywhere="").address,
        "everywhere": filters.but(everywhere="1").address,
        "found_numbers": found[:NUMBERS_SHOWN],
        "more_numbers": len(found) > NUMBERS_SHOWN,
        "known": bool(page.rows) or Webhook.objects.exists(),
        "fresh": fresh,
        "page": page,
        "position": position(page, filters),
        "rows": list_rows(
            page.rows,
            fresh,
            first=first,
            findings=open_findings(page.rows) if filters.counts else None,
        ),
        "existed_before": _existed_before(filters, first),
        "by_all_numbers": _by_all_numbers(filters, page.rows),
        "newer": filters.at(before=page.rows[0].quo_id) if page.has_newer else "",
        "older": filters.at(after=page.rows[-1].quo_id) if page.has_older else "",
        "drifted": _drifted(filters),
        "drift": _drift_label(filters),
    }
    return render(request, "webhooks/inventory/list.html", context)


def _found_numbers(filters: Filters, request: HttpRequest) -> list[Number]:
    """Return the first numbers that match the search, one more than are shown."""
    if not filters.q or not request.user.has_perm("workspace.view_number"):
        return []
    return list(Number.objects.current().search(filters.q)[: NUMBERS_SHOWN + 1])


@dataclass(frozen=True)
class Head:
    """The heading of a column: its label, the URL that sorts by it, and how it is sorted now."""

    word: str
    address: str
    sorted: str
    wide: bool


def _heads(filters: Filters) -> list[Head]:
    """Return the headings. The URL of the current one reverses the order."""
    return [
        Head(
            word=column.word,
            address=filters.but(sort=_next_sort(name, filters.sort)).address,
            sorted={name: "ascending", f"-{name}": "descending"}.get(filters.sort, ""),
            wide=column.wide,
        )
        for name, column in COLUMNS.items()
    ]


def _next_sort(name: str, current: str) -> str:
    first, other = ("-created", "created") if name == "created" else (name, f"-{name}")
    return other if current == first else first


def _by_all_numbers(filters: Filters, webhooks: Sequence[Webhook]) -> bool:
    """Whether some webhooks are listed because they are on all numbers."""
    by_number = filters.number or (filters.search and filters.search.numbers)
    if not by_number or filters.number == spec.ALL_PHONE_NUMBERS:
        return False
    return any(webhook.covers_all_numbers for webhook in webhooks)


def _drifted(filters: Filters) -> int:
    """Return how many webhooks have the drift that the list is filtered by, whatever else is."""
    if filters.drift not in Drift.values:
        return 0
    return Webhook.objects.filter(drift=filters.drift).count()


def _existed_before(filters: Filters, first: Sync | None) -> int:
    """Return how many webhooks existed before Quo Admin, as long as some are not accepted.

    Only for the list without filters. The number is the first sync's own, so nothing is counted.
    """
    if first is None or filters.on or filters.q:
        return 0
    open_ones = Webhook.objects.filter(
        drift=Drift.NOT_CREATED_HERE, drift_since__lte=first.ended_at
    )
    count: int = first.counts.get(Drift.NOT_CREATED_HERE.phrase, 0)
    return count if count and open_ones.exists() else 0


def _drift_label(filters: Filters) -> str:
    return Drift(filters.drift).phrase if filters.drift in Drift.values else ""
