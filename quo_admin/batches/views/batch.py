"""The page of a batch that was started: its progress, and the outcome of each row."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from quo_admin.audit.models import Entry
from quo_admin.batches.key_handover import handed_over
from quo_admin.batches.models import Batch
from quo_admin.batches.models.batch import PACKINGS
from quo_admin.batches.progress import STATES, Progress, progress
from quo_admin.batches.receipt import HEADER, export
from quo_admin.batches.rows import rows
from quo_admin.batches.views.draft import draft
from quo_admin.csv_export import csv_response
from quo_admin.webhooks.endpoints import display_url
from quo_admin.webhooks.models.webhook import EVENT_WORDS
from quo_admin.workspace.models import Member

ROWS_PER_PAGE = 100
FAILED_SHOWN = 5  # rows named in the notice; all of them are under "Needs attention"
HISTORY = 50
VIEWS = ("created", "skipped", "waiting")
NEEDS = "needs"  # our view beside the states: failed and unknown rows

READ = ("webhooks.view_webhook", "workspace.view_number")
State = Batch.State


@require_safe
@login_required
@permission_required(READ, raise_exception=True)
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """The page, or with ``?live=<what it shows>`` the parts that change while the batch runs.

    Figures and rows come in one response, so they cannot disagree. When the batch has another
    state than the page shows, the page reloads as a whole.
    """
    found = get_object_or_404(Batch, pk=number)
    if found.state == State.DRAFT:
        return draft(request, found)
    current = progress(found, now=timezone.now())
    shown = _take_parameter(request, "live")
    if shown and shown != _layout(current):
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"batch": found, "progress": current, "layout": _layout(current), "live": shown}
    context |= _rows(request, current)
    if shown:
        return render(request, "batches/_live.html", context)
    return render(request, "batches/batch.html", context | _plan_and_history(found))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(READ, raise_exception=True)
def export_receipt(request: HttpRequest, number: int) -> HttpResponseBase:
    found = get_object_or_404(Batch, pk=number)
    if request.method != "POST":  # after signing in on the way, one presses the button again
        return redirect(found)
    lines = export(actor=request.user.get_username(), batch=found)
    return csv_response(f"batch-{found.pk}", HEADER, lines)


def _take_parameter(request: HttpRequest, name: str) -> str:
    """Return a query parameter and remove it, so that no link on the page repeats it."""
    query = request.GET.copy()
    value = query.pop(name, [""])[-1]
    request.GET = query  # type: ignore[assignment]
    return str(value)


def _layout(current: Progress) -> str:
    """Return what decides which buttons and notices the page has."""
    return f"{current.batch.state}-{current.alive}-{current.poll_s}"


def _rows(request: HttpRequest, current: Progress) -> dict[str, Any]:
    """Return the rows of the requested view, the list of views, and the failed rows."""
    view = request.GET.get("view", "")
    now, items = timezone.now(), current.batch.rows
    if view == NEEDS:
        chosen = items.in_state("failed", "unknown", now=now)
    else:
        chosen = items.in_state(view, now=now) if view in STATES else items.with_states(now=now)
    page = Paginator(chosen, ROWS_PER_PAGE)
    page.count = _count(current, view)  # saves a query
    shown = page.get_page(request.GET.get("page"))
    failed = items.in_state("failed", now=now)[:FAILED_SHOWN] if current.counts["failed"] else []
    return {
        "view": view if view in (NEEDS, *STATES) else "",
        "views": _views(current),
        "page": shown,
        "rows": rows(shown),
        "failed": rows(failed),
        "more_failed": max(current.counts["failed"] - FAILED_SHOWN, 0),
    }


def _count(current: Progress, view: str) -> int:
    return current.needs if view == NEEDS else current.counts.get(view, current.rows)


def _views(current: Progress) -> list[tuple[str, str, int]]:
    """Return value, label and count of each view that has rows."""
    views = [("", "All rows", current.rows), (NEEDS, "Needs attention", current.needs)]
    views += [(s, word, count) for _, count, s, word in current.parts if s in VIEWS]
    return [view for view in views if view[2] or not view[0]]


@dataclass(frozen=True)
class Plan:
    """The values of the planner's form, in words."""

    events: str
    endpoint: str
    packing: str
    pattern: str
    member: str


def _plan_and_history(batch: Batch) -> dict[str, Any]:
    return {"plan": _plan(batch), "history": _history(batch), "handed_over": handed_over(batch)}


def _plan(batch: Batch) -> Plan:
    form = batch.form_data
    packing = PACKINGS.get(form.get("packing", ""), "")
    if form.get("packing") == "packed":
        packing = f"At most {form.get('cap')} numbers per webhook"
    id = form.get("userId") or ""
    member = Member.objects.filter(quo_id=id).first() if id else None
    return Plan(
        events=", ".join(EVENT_WORDS.get(event, event) for event in form.get("events", ())),
        endpoint=display_url(form["url"]),
        packing=packing,
        pattern=form.get("pattern", ""),
        member=str(member or id or "Workspace owner"),
    )


def _history(batch: Batch) -> list[Entry]:
    """Return the audit entries about the batch, newest first."""
    entries = Entry.objects.filter(target=f"batch {batch.pk}", action__startswith="batch.")
    return list(entries.order_by("-number")[:HISTORY])
