"""The coverage grid, its export, and the page of one number, now or on a past day."""

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from quo_admin.csv_export import NothingFound, csv_response
from quo_admin.numbers.day import Day
from quo_admin.numbers.export import HEADER, export
from quo_admin.numbers.filter_chips import chips
from quo_admin.numbers.filters import Filters, NoSuchDay, date_or_none, day_of
from quo_admin.numbers.gaps import GAPS
from quo_admin.numbers.history import about
from quo_admin.numbers.views.listed import listed_now, listed_on, when
from quo_admin.quo.storable_text import clean
from quo_admin.webhooks.models.freshness import freshness
from quo_admin.workspace.models import Member, Number, Sync

READS = ["webhooks.view_webhook", "workspace.view_number"]


@require_safe
@login_required
@permission_required(READS, raise_exception=True)
def numbers(request: HttpRequest) -> HttpResponse:
    on, wrong = _day(request)
    filters = _filters(request, on)
    day = {"on": str(on.day)} if on else {}
    listed = listed_on(on, filters, request.GET) if on else listed_now(filters, request.GET)
    context = fresh(on) | {
        "filters": filters,
        "query": urlencode(filters.parameters),
        "when": day,
        "chips": chips(filters, day),
        "on": on,
        "date": _date_field(request, on, wrong),
        "members": Member.objects.current(),
        "clear": when("", on),
        "columns": 7 if not on and request.user.has_perm("webhooks.add_webhook") else 6 - bool(on),
    }
    context |= listed
    return render(request, "numbers/list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(READS, raise_exception=True)
def export_list(request: HttpRequest) -> HttpResponseBase:
    if request.method != "POST":  # after signing in on the way, one presses the button again
        return redirect("numbers:list")
    on, _ = _day(request)
    filters = Filters.of(request.POST)
    try:
        rows = export(actor=request.user.get_username(), filters=filters, on=on)
    except NothingFound:  # the search may be a pasted key, which must not be in a URL
        return redirect(reverse("numbers:list") + when(urlencode(filters.but(q="").parameters), on))
    return csv_response("numbers", HEADER, rows)


@require_safe
@login_required
@permission_required(READS, raise_exception=True)
def detail(request: HttpRequest, number_id: str) -> HttpResponse:
    """One number, with ``?on=2026-03-12`` as of that day."""
    number = get_object_or_404(Number, quo_id=number_id)
    on, wrong = _day(request)
    context = about(number, on) | fresh(on)
    context |= {"on": on, "date": _date_field(request, on, wrong)}
    return render(request, "numbers/detail.html", context)


def _day(request: HttpRequest) -> tuple[Day | None, str]:
    """Return the requested day, and the error if the input is not one."""
    query = request.POST if request.method == "POST" else request.GET
    try:
        return day_of(query.get("on", "")), ""
    except NoSuchDay as exc:
        return None, str(exc)


def _date_field(request: HttpRequest, on: Day | None, error: str) -> dict[str, str]:
    """Return value and error of the date field. A date in the future is kept, to be fixed."""
    today = timezone.now().date()
    typed = date_or_none(clean(request.GET.get("on", "")).strip()) if error else None
    return {
        "value": str(typed or (on.day if on else today)),
        "max": str(today),
        "error": error,
    }


def _filters(request: HttpRequest, on: Day | None) -> Filters:
    """Return the filters. Marks are current, so a past day has no list of them."""
    filters = Filters.of(request.GET)
    return filters.but(gap="") if on and filters.gap and GAPS[filters.gap].mark else filters


def fresh(on: Day | None) -> dict[str, Any]:
    """Return when numbers and webhooks were last read, and the first sync if the day is older."""
    read, last = Sync.objects.newest_of("numbers"), Sync.objects.ended().newest()
    first = Sync.objects.ended().order_by("started_at", "pk").first() if on else None
    return {
        "read": read,
        "last": last,
        "stale": read != last,
        "fresh": freshness(),
        "first": first if first and on and on.begins < first.started_at else None,
    }
