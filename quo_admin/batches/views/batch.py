"""A batch that has been begun: how far it has come, and what became of each row."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from quo_admin.audit.models import Entry
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

ROWS = 100
TOLD = 5  # rows of a notice; all stand under "Needs attention"
HISTORY = 50
CALMER = 2  # the rows, which people click on, change so many times less often than the figures
VIEWS = ("created", "skipped", "waiting")
NEEDS = "needs"  # our word beside the states: those that a person should look at

READ = ("webhooks.view_webhook", "workspace.view_number")
State = Batch.State


@require_safe
@login_required
@permission_required(READ, raise_exception=True)
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """The page, or what changes of it: asked with ``?live=figures`` or ``rows`` by the page
    itself, which says in ``was`` how the batch stood, and is loaded anew when that has changed."""
    shown = get_object_or_404(Batch, pk=number)
    if shown.state == State.DRAFT:
        return draft(request, shown)
    come = progress(shown, now=timezone.now())
    live, was = _taken_off(request, "live", "was")
    if live and was != _stands(come):
        return HttpResponse(headers={"HX-Refresh": "true"})
    context: dict[str, Any] = {"batch": shown, "come": come, "was": _stands(come), "live": live}
    if live == "figures":
        return render(request, "batches/_progress.html", context)
    context |= _matter(request, come)
    if live == "rows":
        return render(request, "batches/_rows.html", context)
    context |= {"plan": _plan(shown), "history": _history(shown)}
    return render(request, "batches/batch.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(READ, raise_exception=True)
def export_receipt(request: HttpRequest, number: int) -> HttpResponseBase:
    shown = get_object_or_404(Batch, pk=number)
    if request.method != "POST":  # who signed in on the way lands here, and presses once more
        return redirect(shown)
    told = export(actor=request.user.get_username(), batch=shown)
    return csv_response(f"batch-{shown.pk}", HEADER, told)


def _taken_off(request: HttpRequest, *names: str) -> list[str]:
    """Return these of the address, and take them off it: no link of the page is to bear them."""
    asked = request.GET.copy()
    values = [asked.get(name, "") for name in names]
    for name in names:
        asked.pop(name, None)
    request.GET = asked  # type: ignore[assignment]
    return values


def _stands(come: Progress) -> str:
    """Return what decides which buttons and notices the page has."""
    return f"{come.batch.state}-{come.alive}-{come.look_every_s}"


def _matter(request: HttpRequest, come: Progress) -> dict[str, Any]:
    """Return the rows that are asked for, the views of them, and what needs a person."""
    view = request.GET.get("view", "")
    now, items = timezone.now(), come.batch.rows
    if view == NEEDS:
        chosen = items.in_state("failed", "unknown", now=now)
    else:
        chosen = items.in_state(view, now=now) if view in STATES else items.with_states(now=now)
    page = Paginator(chosen, ROWS)
    page.count = _count(come, view)  # known already
    shown = page.get_page(request.GET.get("page"))
    failed = items.in_state("failed", now=now)[:TOLD] if come.counts["failed"] else []
    return {
        "view": view if view in (NEEDS, *STATES) else "",
        "views": _views(come),
        "page": shown,
        "rows": rows(shown),
        "failed": rows(failed),
        "more_failed": max(come.counts["failed"] - TOLD, 0),
        "rows_every": (come.look_every_s or 0) * CALMER,
    }


def _count(come: Progress, view: str) -> int:
    return come.needs if view == NEEDS else come.counts.get(view, come.rows)


def _views(come: Progress) -> list[tuple[str, str, int]]:
    """Return value, word and count of each view that shows something."""
    said = [("", "All rows", come.rows), (NEEDS, "Needs attention", come.needs)]
    said += [(s, word, count) for _, count, s, word in come.parts if s in VIEWS]
    return [each for each in said if each[2] or not each[0]]


@dataclass(frozen=True)
class Plan:
    """What was asked for, in words."""

    events: str
    address: str
    packing: str
    pattern: str
    member: str


def _plan(batch: Batch) -> Plan:
    asked = batch.asked
    packing = PACKINGS.get(asked.get("packing", ""), "")
    if asked.get("packing") == "packed":
        packing = f"At most {asked.get('cap')} numbers per webhook"
    id = asked.get("userId") or ""
    known = Member.objects.filter(quo_id=id).first() if id else None
    return Plan(
        events=", ".join(EVENT_WORDS.get(event, event) for event in asked.get("events", ())),
        address=display_url(asked["url"]),
        packing=packing,
        pattern=asked.get("pattern", ""),
        member=str(known or id or "Workspace owner"),
    )


def _history(batch: Batch) -> list[Entry]:
    """Return what people and the worker did with it, the newest first."""
    acts = Entry.objects.filter(target=f"batch {batch.pk}", action__startswith="batch.")
    return list(acts.order_by("-number")[:HISTORY])
