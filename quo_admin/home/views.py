from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from quo_admin.audit.models import Entry
from quo_admin.home.work import work_list
from quo_admin.onboarding.progress import followed
from quo_admin.onboarding.progress import progress as come
from quo_admin.worker.models import Beat
from quo_admin.workspace import progress
from quo_admin.workspace.models import Sweep

ENTRIES = 5  # of the trail


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    beat = Beat.objects.newest()
    last, going_on = Sweep.objects.ended().newest(), Sweep.objects.open()
    sees_sweeps = request.user.has_perm("workspace.view_sweep")
    sees_numbers = request.user.has_perm("workspace.view_number")
    batch = followed()
    items = work_list(
        beat=beat,
        last=last,
        sees_sweeps=sees_sweeps,
        sees_numbers=sees_numbers,
    )
    context = {
        "items": items,
        "open": sum(item.count for item in items if not item.within),
        "now": now,
        "beat": None if beat is None or beat.is_silent(now=now) else beat,
        "beat_s": int((now - beat.seen_at).total_seconds()) if beat else 0,
        "last": last,
        "read": progress.read(last) if last else "",
        "going_on": going_on,
        "doing": progress.doing(going_on) if going_on else "",
        "followed": batch,  # for the chip, which would ask again
        "come": come(batch, now=now) if batch and sees_numbers else None,
        "left": going_on.is_left(now=now) if going_on else False,
        "entries": Entry.objects.newest_first()[:ENTRIES],
    }
    return render(request, "home/home.html", context)
