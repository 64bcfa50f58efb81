"""The export of the list of webhooks."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from quo_admin.csv_export import NothingFound, csv_response
from quo_admin.webhooks.inventory.export import HEADER, export
from quo_admin.webhooks.inventory.filters import Filters


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def export_list(request: HttpRequest) -> HttpResponseBase:
    if request.method != "POST":  # after signing in on the way, one presses the button again
        return redirect("webhooks:list")
    filters = Filters.of(request.POST)
    try:
        rows = export(actor=request.user.get_username(), filters=filters)
    except NothingFound:  # the search may be a pasted key, which must not be in a URL
        return redirect(filters.but(q="").address)
    return csv_response("webhooks", HEADER, rows)
