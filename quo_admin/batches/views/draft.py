"""The page of a draft: its plan row by row, to select, edit, start or discard."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from quo_admin.batches.models import Batch, BatchRow
from quo_admin.batches.models.batch import PACKING_DETAILS, PACKINGS
from quo_admin.batches.rows import Row, rows
from quo_admin.batches.services import draft as services
from quo_admin.batches.services.state import InvalidBatchState
from quo_admin.batches.totals import KINDS, Totals, totals
from quo_admin.csv_export import csv_response
from quo_admin.webhooks.endpoints import display_url, host_of
from quo_admin.webhooks.models.webhook import EVENT_WORDS
from quo_admin.webhooks.summary import NAMES_SHOWN, Part, sentence
from quo_admin.workspace.models import Member, Number

ROWS_PER_PAGE = 100
SKIPPED_SHOWN = 20  # entries; all of them are in the download
SKIPPED_HEADER = ["number", "reason", "place"]  # the planner reads the column called number
FILTERS: dict[str, dict[str, Any]] = {
    # Unticked rows stay in this view, or later pages would shift while one ticks.
    "create": {"plan": BatchRow.Plan.CREATE},
    "unticked": {"plan": BatchRow.Plan.CREATE, "chosen": False},
    "skip": {"plan": BatchRow.Plan.SKIP},
    "blocked": {"plan": BatchRow.Plan.BLOCKED},
}


def draft(
    request: HttpRequest, batch: Batch, *, unconfirmed: services.UnconfirmedWarnings | None = None
) -> HttpResponse:
    """Render a draft. The batch view, which calls this, has checked the permission."""
    kind, number = _view_and_page(request)
    items = batch.rows.with_states(now=timezone.now()).filter(**FILTERS.get(kind, {}))
    page = Paginator(items, ROWS_PER_PAGE).get_page(number)
    form = batch.form_data
    context = _totals(request, batch) | {
        "unconfirmed": len(unconfirmed.findings) if unconfirmed else 0,
        "kind": kind,
        "page": page,
        "rows": [(row, _events(row)) for row in rows(page)],
        "shown": ",".join(str(item.pk) for item in page),
        "address": display_url(form["url"]),
        "packing": PACKINGS[form["packing"]],
        "later_changes": PACKING_DETAILS[form["packing"]],
        "member": Member.objects.filter(quo_id=form["userId"]).first(),
        "skipped": form.get("skipped", [])[:SKIPPED_SHOWN],
        "skipped_count": len(form.get("skipped", [])),
        "change": f"batch={batch.pk}&{form.get('query', '')}",
    }
    return render(request, "batches/draft.html", context)


@require_safe
@login_required
@permission_required(["webhooks.view_webhook", "workspace.view_number"], raise_exception=True)
def export_skipped(request: HttpRequest, number: int) -> HttpResponseBase:
    """The entries that the plan left out, to be corrected and uploaded again."""
    batch = get_object_or_404(Batch, pk=number)
    return csv_response(f"skipped-{batch.pk}", SKIPPED_HEADER, batch.form_data.get("skipped", []))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def keep(request: HttpRequest, number: int) -> HttpResponse:
    """Save the selection on one page of rows. With htmx, answer with the new totals."""
    batch = get_object_or_404(Batch, pk=number)
    live = "HX-Request" in request.headers
    if request.method != "POST":  # after signing in on the way, one presses the button again
        return redirect(batch)
    try:
        _choose(request, batch)
    except InvalidBatchState as exc:
        messages.warning(request, str(exc))
        return HttpResponse(headers={"HX-Refresh": "true"}) if live else redirect(batch)
    kind, page = _view_and_page(request)
    if live:
        ticked = batch.rows.filter(pk__in=_shown(request), plan=BatchRow.Plan.CREATE)
        context = _totals(request, batch) | {"kind": kind, "ticked": ticked}
        return render(request, "batches/_draft_totals.html", context)
    if "keep" in request.POST:
        messages.info(request, "Selection saved.")
    return redirect(f"{batch.get_absolute_url()}?{urlencode({'kind': kind, 'page': page})}#rows")


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def start(request: HttpRequest, number: int) -> HttpResponse:
    batch = get_object_or_404(Batch, pk=number)
    if request.method != "POST":  # after signing in on the way, one presses the button again
        return redirect(batch)
    try:
        _choose(request, batch)
        services.start(
            actor=request.user.get_username(), batch=batch, accepted=request.POST.getlist("accept")
        )
    except services.UnconfirmedWarnings as unconfirmed:
        return draft(request, batch, unconfirmed=unconfirmed)
    except InvalidBatchState as exc:
        messages.warning(request, str(exc))
    return redirect(batch)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def discard(request: HttpRequest, number: int) -> HttpResponse:
    batch = get_object_or_404(Batch, pk=number)
    if request.method != "POST":  # after signing in on the way, one presses the button again
        return redirect(batch)
    try:
        services.discard(batch=batch)
    except InvalidBatchState as exc:
        messages.warning(request, str(exc))
        return redirect(batch)
    messages.info(request, f"The plan of batch {number} was discarded.")
    return redirect("batches:list")


def _choose(request: HttpRequest, batch: Batch) -> None:
    """Save the posted selection, for the rows that were shown and no others."""
    ticked = _ids(request.POST.getlist("ticked"))
    services.choose(batch=batch, shown=_shown(request), ticked=ticked)


def _shown(request: HttpRequest) -> list[int]:
    return _ids(request.POST.get("shown", "").split(","))[:ROWS_PER_PAGE]


def _ids(texts: Iterable[str]) -> list[int]:
    return [int(text) for text in texts if re.fullmatch("[0-9]{1,18}", text)]


def _view_and_page(request: HttpRequest) -> tuple[str, str]:
    """Return the requested view and page."""
    query = request.POST if request.method == "POST" else request.GET
    return query.get("kind", ""), query.get("page", "1")


def _totals(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    """Return what the selection changes: totals, summary sentence, views and warnings."""
    counted = totals(batch)
    accepted = request.POST.getlist("accept") if request.POST else batch.form_data.get("accept", ())
    return {
        "batch": batch,
        "totals": counted,
        "lead": _lead(batch, counted),
        "findings": services.findings(batch),
        "accepted": accepted,
        "views": _views(counted),
    }


def _views(counted: Totals) -> list[tuple[str, str, int]]:
    """Return value, label and count of each view that has rows."""
    all_rows = sum(counted.rows.values())
    here = [(kind, KINDS[kind], count) for kind, count in counted.rows.items() if count]
    return [("", "All rows", all_rows), *here]


def _lead(batch: Batch, counted: Totals) -> list[Part]:
    """Return the summary sentence. Only the numbers that it names are read."""
    ids = [item.numbers for item in batch.rows.to_create()[:NAMES_SHOWN]]
    first = [id for numbers in ids for id in numbers][:NAMES_SHOWN]
    names = Number.objects.names(first)
    unnamed = [""] * (counted.numbers["create"] - len(first))
    return sentence(
        events=batch.form_data["events"],
        names=[*(names.get(id, id) for id in first), *unnamed],
        all_numbers=False,
        known=0,
        host=host_of(batch.form_data["url"]),
    )


def _events(row: Row) -> str:
    words = [EVENT_WORDS[event] for event in row.item.payload.get("events", ())]
    return ", ".join(words).capitalize()
