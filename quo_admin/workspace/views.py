from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from quo_admin.workspace import progress, services
from quo_admin.workspace.models import Sweep

SWEEPS = 50


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("workspace.add_sweep", raise_exception=True)
def sweep_now(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":  # who signed in on the way lands here, and presses once more
        return redirect("workspace:sweeps")
    return redirect(services.ask_for(actor=request.user.get_username()))


@require_safe
@login_required
@permission_required("workspace.view_sweep", raise_exception=True)
def sweep(request: HttpRequest, number: int) -> HttpResponse:
    """One sweep as it stands: how far it has come, then what it read. Asked with
    ``?live=`` and how it stood by the page itself, of which it returns what changes."""
    shown = get_object_or_404(Sweep, pk=number)
    left = shown.is_left(now=timezone.now())
    context = {
        "sweep": shown,
        "left": left,
        "stands": "left" if left else "ended" if shown.ended_at else "reading",
        "had": request.GET.get("live", ""),
        "doing": progress.doing(shown),
        "read": progress.read(shown),
        "left_out": progress.left_out(shown),
        "totals": progress.totals(shown),
        "compared": progress.compared(shown),
    }
    template = "workspace/_sweep.html" if "live" in request.GET else "workspace/sweep.html"
    return render(request, template, context)


@require_safe
@login_required
@permission_required("workspace.view_sweep", raise_exception=True)
def sweeps(request: HttpRequest) -> HttpResponse:
    rows = [
        (sweep, progress.read(sweep))
        for sweep in Sweep.objects.order_by("-started_at", "-pk")[:SWEEPS]
    ]
    return render(request, "workspace/sweeps.html", {"rows": rows, "most": SWEEPS})
