"""A batch that is still a draft: its plan row by row, to be ticked, changed, begun or discarded."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from quo_admin.batches import services
from quo_admin.batches.models import Batch, BatchRow
from quo_admin.batches.models.batch import PACKING_DETAILS, PACKINGS
from quo_admin.batches.rows import Row, rows
from quo_admin.batches.totals import KINDS, Totals, totals
from quo_admin.webhooks.endpoints import display_url, host_of
from quo_admin.webhooks.models.webhook import EVENT_WORDS
from quo_admin.webhooks.summary import NAMES_SHOWN, Part, sentence
from quo_admin.workspace.models import Member, Number

ROWS = 100
FILTERS: dict[str, dict[str, Any]] = {
    # Unticked rows stay on their page, or the pages behind would move up meanwhile.
    "create": {"plan": BatchRow.Plan.CREATE},
    "unticked": {"plan": BatchRow.Plan.CREATE, "chosen": False},
    "skip": {"plan": BatchRow.Plan.SKIP},
    "blocked": {"plan": BatchRow.Plan.BLOCKED},
}


def draft(
    request: HttpRequest, batch: Batch, *, unconfirmed: services.UnconfirmedWarnings | None = None
) -> HttpResponse:
    """Answer for the batch's own address, which has asked who may read it."""
    kind, number = _place(request)
    items = batch.rows.with_states(now=timezone.now()).filter(**FILTERS.get(kind, {}))
    page = Paginator(items, ROWS).get_page(number)
    asked = batch.asked
    unknown = asked.get("unknown", [])
    context = _counted(request, batch) | {
        "unconfirmed": len(unconfirmed.findings) if unconfirmed else 0,
        "kind": kind,
        "page": page,
        "rows": [(row, _texts(row)) for row in rows(page)],
        "shown": ",".join(str(item.pk) for item in page),
        "address": display_url(asked["url"]),
        "packing": PACKINGS[asked["packing"]],
        "price": PACKING_DETAILS[asked["packing"]],
        "member": Member.objects.filter(quo_id=asked["userId"]).first(),
        "more_unknown": asked.get("unknown_count", 0) - len(unknown),
        "change": f"batch={batch.pk}&{asked.get('query', '')}",
    }
    return render(request, "batches/draft.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def keep(request: HttpRequest, number: int) -> HttpResponse:
    """Keep the ticks of one page of rows. The page's script asks at each tick for the totals."""
    batch = get_object_or_404(Batch, pk=number)
    live = "HX-Request" in request.headers
    if request.method != "POST":  # who signed in on the way lands here, and presses once more
        return redirect(batch)
    try:
        _choose(request, batch)
    except services.NotNow as exc:
        messages.warning(request, str(exc))
        return HttpResponse(headers={"HX-Refresh": "true"}) if live else redirect(batch)
    kind, page = _place(request)
    if live:
        ticked = batch.rows.filter(pk__in=_shown(request), plan=BatchRow.Plan.CREATE)
        context = _counted(request, batch) | {"kind": kind, "ticked": ticked}
        return render(request, "batches/_draft_totals.html", context)
    if "keep" in request.POST:
        messages.info(request, "Selection saved.")
    return redirect(f"{batch.get_absolute_url()}?{urlencode({'kind': kind, 'page': page})}#rows")


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def start(request: HttpRequest, number: int) -> HttpResponse:
    batch = get_object_or_404(Batch, pk=number)
    if request.method != "POST":  # who signed in on the way lands here, and presses once more
        return redirect(batch)
    try:
        _choose(request, batch)
        services.start(
            actor=request.user.get_username(), batch=batch, accepted=request.POST.getlist("accept")
        )
    except services.UnconfirmedWarnings as unconfirmed:
        return draft(request, batch, unconfirmed=unconfirmed)
    except services.NotNow as exc:
        messages.warning(request, str(exc))
    return redirect(batch)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def discard(request: HttpRequest, number: int) -> HttpResponse:
    batch = get_object_or_404(Batch, pk=number)
    if request.method != "POST":  # who signed in on the way lands here, and presses once more
        return redirect(batch)
    try:
        services.discard(batch=batch)
    except services.NotNow as exc:
        messages.warning(request, str(exc))
        return redirect(batch)
    messages.info(request, f"The plan of batch {number} was discarded.")
    return redirect("batches:list")


def _choose(request: HttpRequest, batch: Batch) -> None:
    """Keep the ticks as they were posted: of the rows that were shown, and of no others."""
    ticked = _ids(request.POST.getlist("ticked"))
    services.choose(batch=batch, shown=_shown(request), ticked=ticked)


def _shown(request: HttpRequest) -> list[int]:
    return _ids(request.POST.get("shown", "").split(","))[:ROWS]


def _ids(texts: Iterable[str]) -> list[int]:
    return [int(text) for text in texts if re.fullmatch("[0-9]{1,18}", text)]


def _place(request: HttpRequest) -> tuple[str, str]:
    """Return which rows are asked for, and which page of them."""
    asked = request.POST if request.method == "POST" else request.GET
    return asked.get("kind", ""), asked.get("page", "1")


def _counted(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    """Return what the ticks change: figures, sentence, views, and the policies that speak."""
    counted = totals(batch)
    accepted = request.POST.getlist("accept") if request.POST else batch.asked.get("accept", ())
    return {
        "batch": batch,
        "totals": counted,
        "lead": _lead(batch, counted),
        "findings": services.findings(batch),
        "accepted": accepted,
        "views": _views(counted),
    }


def _views(counted: Totals) -> list[tuple[str, str, int]]:
    """Return value, word and count of each view that shows something."""
    all_rows = sum(counted.rows.values())
    here = [(kind, KINDS[kind], count) for kind, count in counted.rows.items() if count]
    return [("", "All rows", all_rows), *here]


def _lead(batch: Batch, counted: Totals) -> list[Part]:
    """Return the sentence of what will be created. Only the numbers that it names are read."""
    ids = [item.numbers for item in batch.rows.to_create()[:NAMES_SHOWN]]
    first = [id for numbers in ids for id in numbers][:NAMES_SHOWN]
    names = Number.objects.names(first)
    unnamed = [""] * (counted.numbers["create"] - len(first))
    return sentence(
        events=batch.asked["events"],
        names=[*(names.get(id, id) for id in first), *unnamed],
        all_numbers=False,
        known=0,
        host=host_of(batch.asked["url"]),
    )


def _texts(row: Row) -> str:
    words = [EVENT_WORDS[event] for event in row.item.payload.get("events", ())]
    return ", ".join(words).capitalize()
