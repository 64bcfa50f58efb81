"""The parts of the list of webhooks that load after its page: its counts, and its findings."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quo_admin.webhooks.inventory.facets import Counts
from quo_admin.webhooks.inventory.filters import Filters
from quo_admin.webhooks.inventory.requested_page import position, requested_page
from quo_admin.webhooks.inventory.rows import list_rows
from quo_admin.webhooks.models.freshness import freshness
from quo_admin.webhooks.policies.findings import open_findings
from quo_admin.webhooks.states import first_sync


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def facets(request: HttpRequest) -> HttpResponse:
    filters = Filters.of(request.GET)
    counts, page = Counts(filters), requested_page(filters, request)
    context = {
        "counts": counts,
        "page": page,
        "position": position(page, filters, total=counts.total),
    }
    return render(request, "webhooks/inventory/_counted.html", context)


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def finding_states(request: HttpRequest) -> HttpResponse:
    page = requested_page(Filters.of(request.GET), request)
    rows = list_rows(
        page.rows,
        freshness(),
        first=first_sync(),
        findings=open_findings(page.rows),
    )
    return render(request, "webhooks/inventory/_finding_states.html", {"rows": rows})
