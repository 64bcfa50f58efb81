from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from quo_admin.workspace import services, sync_progress
from quo_admin.workspace.models import Sync

SYNCS = 50


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("workspace.add_sync", raise_exception=True)
def sync_now(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":  # after signing in on the way, one presses the button again
        return redirect("workspace:syncs")
    return redirect(services.request_sync(actor=request.user.get_username()))


@require_safe
@login_required
@permission_required("workspace.view_sync", raise_exception=True)
def sync(request: HttpRequest, number: int) -> HttpResponse:
    """The page of one sync. With ``?live=<its state on the page>``, the parts that change."""
    shown = get_object_or_404(Sync, pk=number)
    left = shown.is_abandoned(now=timezone.now())
    context = {
        "sync": shown,
        "left": left,
        "stands": "left" if left else "ended" if shown.ended_at else "reading",
        "had": request.GET.get("live", ""),
        "doing": sync_progress.doing(shown),
        "read": sync_progress.read(shown),
        "left_out": sync_progress.left_out(shown),
        "totals": sync_progress.totals(shown),
        "compared": sync_progress.compared(shown),
    }
    template = "workspace/_sync.html" if "live" in request.GET else "workspace/sync.html"
    return render(request, template, context)


@require_safe
@login_required
@permission_required("workspace.view_sync", raise_exception=True)
def syncs(request: HttpRequest) -> HttpResponse:
    rows = [(sync, sync_progress.read(sync)) for sync in Sync.objects.order_by("-pk")[:SYNCS]]
    return render(request, "workspace/syncs.html", {"rows": rows, "most": SYNCS})
