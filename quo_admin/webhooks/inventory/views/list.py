"""The list of webhooks, what there is of it, and its export."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from quo_admin.csv_export import csv_response
from quo_admin.quo import spec
from quo_admin.quo.types import clean
from quo_admin.webhooks.inventory.columns import COLUMNS, words_of
from quo_admin.webhooks.inventory.export import HEADER, NothingFound, export
from quo_admin.webhooks.inventory.facets import Counts
from quo_admin.webhooks.inventory.filter_labels import chips
from quo_admin.webhooks.inventory.filters import ROWS, Filters
from quo_admin.webhooks.models import Drift, Webhook
from quo_admin.webhooks.models.cursor import CursorPage
from quo_admin.webhooks.models.freshness import Freshness, freshness
from quo_admin.webhooks.policies.findings import Finding, first_findings
from quo_admin.workspace.models import Member, Number

NUMBERS_SHOWN = 2  # in a cell
WAYS = {"-created": ("Newer", "Older"), "created": ("Older", "Newer")}


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def webhook_list(request: HttpRequest) -> HttpResponse:
    filters = Filters.of(request.GET)
    page = _page(filters, request)
    fresh = freshness()
    context = {
        "filters": filters,
        "sorted": words_of(filters.sort),
        "heads": _heads(filters),
        "ways": WAYS.get(filters.sort, ("Previous", "Next")),
        "sizes": [(rows, filters.but(rows=rows).address) for rows in ROWS],
        "counts": Counts(filters) if filters.counts else None,
        "counted": filters.but(counts="1").address,
        "facets_at": filters.at("facets", **_place(request)),
        "marks_at": filters.at("finding_states", **_place(request)),
        "chips": chips(filters),
        "without_words": filters.but(q="", everywhere="").address,
        "everywhere": filters.but(everywhere="1").address,
        "known": bool(page.rows) or Webhook.objects.exists(),
        "fresh": fresh,
        "page": page,
        "rows": _rows(page.rows, fresh, first_findings(page.rows) if filters.counts else {}),
        "by_all_numbers": _by_all_numbers(filters, page.rows),
        "newer": filters.at(before=page.rows[0].quo_id) if page.has_newer else "",
        "older": filters.at(after=page.rows[-1].quo_id) if page.has_older else "",
        **_drifted(filters),
    }
    return render(request, "webhooks/inventory/list.html", context)


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def facets(request: HttpRequest) -> HttpResponse:
    filters = Filters.of(request.GET)
    context = {
        "filters": filters,
        "sorted": words_of(filters.sort),
        "counts": Counts(filters),
        "chips": chips(filters),
        "page": _page(filters, request),
    }
    return render(request, "webhooks/inventory/_counted.html", context)


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def finding_states(request: HttpRequest) -> HttpResponse:
    page = _page(Filters.of(request.GET), request)
    findings = first_findings(page.rows)
    return render(
        request, "webhooks/inventory/_finding_states.html", {"findings": findings.items()}
    )


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def export_list(request: HttpRequest) -> HttpResponseBase:
    if request.method != "POST":  # who signed in on the way lands here, and presses once more
        return redirect("webhooks:list")
    filters = Filters.of(request.POST)
    try:
        rows = export(actor=request.user.get_username(), filters=filters)
    except NothingFound:  # perhaps of a key, which is to stand in no address
        return redirect(filters.but(q="").address)
    return csv_response("webhooks", HEADER, rows)


def _place(request: HttpRequest) -> dict[str, str]:
    """Return the webhook that the address names as a place in the list, and the side of it."""
    asked = {side: clean(request.GET.get(side, "")) for side in ("after", "before")}
    return {side: quo_id for side, quo_id in asked.items() if quo_id}


def _page(filters: Filters, request: HttpRequest) -> CursorPage[Webhook]:
    """Return the requested page. The cursor may be a webhook that is filtered out."""
    every = Webhook.objects.keyed(filters.order).defer("key_sealed")
    places = {side: every.filter(quo_id=id).first() for side, id in _place(request).items()}
    return (
        filters.listed()
        .defer("key_sealed")
        .cursor_page(
            filters.size,
            after=places.get("after"),
            before=places.get("before"),
            order=filters.order,
        )
    )


@dataclass(frozen=True)
class Head:
    """The head of a column: its word, where a click on it leads, and how it sorts now."""

    word: str
    address: str
    sorted: str
    wide: bool


def _heads(filters: Filters) -> list[Head]:
    """A click on what the list is sorted by turns it round; the newest come first at first."""
    return [
        Head(
            word=column.word,
            address=filters.but(sort=_turned(name, filters.sort)).address,
            sorted={name: "ascending", f"-{name}": "descending"}.get(filters.sort, ""),
            wide=column.wide,
        )
        for name, column in COLUMNS.items()
    ]


def _turned(name: str, here: str) -> str:
    first, other = ("-created", "created") if name == "created" else (name, f"-{name}")
    return other if here == first else first


@dataclass(frozen=True)
class Row:
    """A webhook as its row tells it: the first of its numbers, ids where these are unknown."""

    webhook: Webhook
    numbers: list[Number | str]
    member: Member | None
    stale: bool
    findings: list[Finding]


def _rows(
    webhooks: Sequence[Webhook], fresh: Freshness, findings: dict[int, list[Finding]]
) -> list[Row]:
    ids = {id for webhook in webhooks for id in (webhook.resource_ids or ())[:NUMBERS_SHOWN]}
    numbers = Number.objects.in_bulk(ids, field_name="quo_id")
    members = Member.objects.in_bulk({w.user_id for w in webhooks}, field_name="quo_id")
    return [
        Row(
            webhook,
            [numbers.get(id, id) for id in (webhook.resource_ids or ())[:NUMBERS_SHOWN]],
            members.get(webhook.user_id or ""),
            stale=fresh.is_stale(webhook),
            findings=findings.get(webhook.pk, []),
        )
        for webhook in webhooks
    ]


def _by_all_numbers(filters: Filters, webhooks: Sequence[Webhook]) -> bool:
    """Say whether some webhooks are here because they are on all numbers, not by their name."""
    asked = filters.number or (filters.search and filters.search.numbers)
    if not asked or filters.number == spec.ALL_PHONE_NUMBERS:
        return False
    return any(webhook.covers_all_numbers for webhook in webhooks)


def _drifted(filters: Filters) -> dict[str, Any]:
    """Return how many have the drift that is asked for, and when the last was marked.

    What a sync marks later is not accepted with these.
    """
    if filters.drift not in Drift.values:
        return {"drifted": 0, "before": None}
    rows = Webhook.objects.filter(drift=filters.drift)
    return rows.aggregate(drifted=Count("pk"), before=Max("drift_since"))
