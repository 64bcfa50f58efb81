"""Coverage: which events of which number reach which endpoints, now or on a past day."""

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from quo_admin.csv_export import csv_response
from quo_admin.numbers import grid
from quo_admin.numbers.coverage import EVENTS, Day, State
from quo_admin.numbers.filters import Filters, NoSuchDay, day_of
from quo_admin.numbers.gaps import GAPS, Tally
from quo_admin.numbers.history import about
from quo_admin.webhooks.models.freshness import freshness
from quo_admin.workspace.models import Member, Number, Sync

ROWS = 100
BY_GROUP = (F("group_id").asc(nulls_last=True), "name", "quo_id")
READS = ["webhooks.view_webhook", "workspace.view_number"]


@require_safe
@login_required
@permission_required(READS, raise_exception=True)
def numbers(request: HttpRequest) -> HttpResponse:
    on, wrong = _day(request)
    filters = _asked(request, on)
    tally = filters.tally(on)
    parted = 1 < tally.groups < tally.count()
    order = BY_GROUP if parted else ("name", "quo_id")
    paginator = Paginator(filters.numbers(on).order_by(*order), ROWS)
    paginator.count = tally.count(filters.gap)  # known, so not asked again
    page = paginator.get_page(request.GET.get("page"))
    rows = grid.rows(list(page), on)
    context = _fresh(on) | {
        "filters": filters,
        "asked": urlencode(filters.parameters),
        "when": {"on": str(on.day)} if on else {},
        "on": on,
        "wrong": wrong,
        "typed": request.GET.get("on", ""),
        "views": _views(filters, tally, on),
        "members": Member.objects.current(),
        "page": page,
        "groups": grid.groups(rows, tally, gap=filters.gap, parted=parted),
        "known": tally.count(),
        "sums": [_sum(tally.states(event, filters.gap)) for event in EVENTS],
        "clear": _when("", on),
    }
    return render(request, "numbers/list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(READS, raise_exception=True)
def export_list(request: HttpRequest) -> HttpResponseBase:
    if request.method != "POST":  # who signed in on the way lands here, and presses once more
        return redirect("numbers:list")
    on, _ = _day(request)
    filters = Filters.of(request.POST)
    try:
        rows = grid.export(actor=request.user.get_username(), filters=filters, on=on)
    except grid.NothingFound:  # perhaps of a key, which is to stand in no address
        return redirect(
            reverse("numbers:list") + _when(urlencode(filters.but(q="").parameters), on)
        )
    return csv_response("numbers", grid.HEADER, rows)


@require_safe
@login_required
@permission_required(READS, raise_exception=True)
def detail(request: HttpRequest, number_id: str) -> HttpResponse:
    """One number, with ``?on=2026-03-12`` as of that day."""
    number = get_object_or_404(Number, quo_id=number_id)
    on, wrong = _day(request)
    context = about(number, on) | _fresh(on)
    context |= {"on": on, "wrong": wrong, "typed": request.GET.get("on", "")}
    return render(request, "numbers/detail.html", context)


def _day(request: HttpRequest) -> tuple[Day | None, str]:
    """Return the day that is asked for, and what is wrong with what was typed for one."""
    asked = request.POST if request.method == "POST" else request.GET
    try:
        return day_of(asked.get("on", "")), ""
    except NoSuchDay as exc:
        return None, str(exc)


def _asked(request: HttpRequest, on: Day | None) -> Filters:
    """Return the filters. Marks are today's, so of a past day there is no list of them."""
    filters = Filters.of(request.GET)
    return filters.but(gap="") if on and filters.gap and GAPS[filters.gap].mark else filters


def _fresh(on: Day | None) -> dict[str, Any]:
    """Return how old our picture is, and from when on there is one."""
    read, last = Sync.objects.newest_of("numbers"), Sync.objects.ended().newest()
    first = Sync.objects.ended().order_by("started_at", "pk").first() if on else None
    return {
        "read": read,
        "last": last,
        "stale": read != last,
        "fresh": freshness(),
        "first": first if first and on and on.begins < first.started_at else None,
    }


def _views(filters: Filters, tally: Tally, on: Day | None) -> list[tuple[str, str, str, int]]:
    """Return name, word, address and count of each work list; words and member stay as they are."""
    shown = {name: gap.word for name, gap in GAPS.items() if not (on and gap.mark)}
    return [
        (name, word, _when(urlencode(filters.but(gap=name).parameters), on), tally.count(name))
        for name, word in ({"": "All"} | shown).items()
    ]


def _when(query: str, on: Day | None) -> str:
    """Return a query string of the list, with the day."""
    day = urlencode({"on": str(on.day)}) if on else ""
    return "?" + "&".join(filter(None, [query, day]))


def _sum(states: dict[str, int]) -> str:
    """Return what a column comes to: "26 reach something, 1 noted, 7 nothing"."""
    reached = sum(states.get(state, 0) for state in (State.REACHES, State.ALL, State.DOUBLED))
    nothing = sum(states.get(state, 0) for state in (State.NONE, State.DISABLED))
    noted = states.get(State.NOTED, 0)
    told = [f"{reached:,} covered"] if reached else []
    told += [f"{noted:,} noted"] if noted else []
    told += [f"{nothing:,} not covered"] if nothing else []
    return ", ".join(told)
