from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from quo_admin.audit.models import Entry
from quo_admin.batches.progress import active_batch
from quo_admin.batches.progress import progress as come
from quo_admin.home.work_list import work_list
from quo_admin.worker.models import Heartbeat
from quo_admin.workspace import sync_progress
from quo_admin.workspace.models import Sync

ENTRIES = 5  # of the audit log


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    beat = Heartbeat.objects.newest()
    last, going_on = Sync.objects.ended().newest(), Sync.objects.open()
    sees_syncs = request.user.has_perm("workspace.view_sync")
    sees_numbers = request.user.has_perm("workspace.view_number")
    batch = active_batch()
    items = work_list(
        beat=beat,
        last=last,
        sees_syncs=sees_syncs,
        sees_numbers=sees_numbers,
    )
    context = {
        "items": items,
        "open": sum(item.count for item in items if not item.within),
        "now": now,
        "beat": None if beat is None or beat.is_silent(now=now) else beat,
        "beat_s": int((now - beat.seen_at).total_seconds()) if beat else 0,
        "last": last,
        "read": sync_progress.read(last) if last else "",
        "going_on": going_on,
        "doing": sync_progress.doing(going_on) if going_on else "",
        "active_batch": batch,  # for the chip, which would ask again
        "come": come(batch, now=now) if batch and sees_numbers else None,
        "left": going_on.is_left(now=now) if going_on else False,
        "entries": Entry.objects.newest_first()[:ENTRIES],
    }
    return render(request, "home/home.html", context)
