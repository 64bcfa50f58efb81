from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from quo_admin.audit.models import Entry
from quo_admin.home.work import work_list
from quo_admin.worker.models import Beat
from quo_admin.workspace.models import Sweep

ENTRIES = 5  # of the trail


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    beat = Beat.objects.newest()
    items = work_list(beat=beat, sweeps=request.user.has_perm("workspace.view_sweep"))
    context = {
        "items": items,
        "open": sum(item.count for item in items if not item.within),
        "now": now,
        "beat": None if beat is None or beat.is_silent(now=now) else beat,
        "beat_s": int((now - beat.seen_at).total_seconds()) if beat else 0,
        "whole": Sweep.objects.newest_whole,
        "newest": Sweep.objects.newest,
        "entries": Entry.objects.newest_first()[:ENTRIES],
    }
    return render(request, "home/home.html", context)
