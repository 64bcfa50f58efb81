"""The page of the audit log, and its export."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from quo_admin.audit import export as csv_rows
from quo_admin.audit import filter_choices, pagination, search
from quo_admin.audit.filters import ROWS, Filters
from quo_admin.audit.links import page_of
from quo_admin.audit.models import Entry
from quo_admin.audit.status import Status
from quo_admin.csv_export import NothingFound, csv_response


@require_safe
@login_required
@permission_required("audit.view_entry", raise_exception=True)
def entries(request: HttpRequest) -> HttpResponse:
    filters = Filters.of(request.GET)
    head = Entry.objects.head()
    page = pagination.read(
        filters.found(),
        ROWS[filters.rows],
        below=_number(request.GET.get("before", "")),
        above=_number(request.GET.get("after", "")),
    )
    if page.entries and not filters.on:  # without gaps, so numbers are counts
        newest, oldest = page.entries[0].number, page.entries[-1].number
        page = replace(page, ahead=head.number - newest, behind=oldest - 1)
    today = datetime.now(UTC).date()
    context = {
        "head": head,
        "status": Status.read(),
        "page": page,
        "partial": search.RECENT if search.is_partial(filters.q, total=head.number) else 0,
        "today": today,
        "yesterday": today - timedelta(days=1),
        "rows": [
            (entry, page_of(entry.target), Filters(object=entry.target).address)
            for entry in page.entries
        ],
    }
    return render(request, "audit/list.html", context | _ways(filters, page))


def _ways(filters: Filters, page: pagination.CursorPage) -> dict[str, Any]:
    """Return the links to other entries."""
    return {
        "filters": filters,
        "actor_names": filter_choices.actor_names(filters.person),
        "acts": filter_choices.acts(filters.act),
        "chips": [
            {"words": words, "address": filters.but(**dict.fromkeys(names, "")).address}
            for names, words in filters.words.items()
        ],
        "newer": filters.at(after=page.entries[0].number) if page.ahead != 0 else "",
        "older": filters.at(before=page.entries[-1].number) if page.behind != 0 else "",
        "sizes": [(size, filters.but(rows=name).address) for name, size in ROWS.items()],
    }


def _number(text: str) -> int | None:
    """Return the number of an entry in the URL, or None without one.

    Raises:
        Http404: the text cannot be the number of an entry.
    """
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise Http404
    return int(text)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("audit.view_entry", raise_exception=True)
def export(request: HttpRequest) -> HttpResponseBase:
    filters = Filters.of(request.POST)
    if request.method != "POST":  # after signing in on the way, one presses the button again
        return redirect(filters.address)
    try:
        rows = csv_rows.export(actor=request.user.get_username(), filters=filters)
    except NothingFound:  # the search may be a pasted key, which must not be in a URL
        return redirect(filters.but(q="").address)
    return csv_response("audit-log", csv_rows.HEADER, rows)
