from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from quo_admin.audit.models import Entry
from quo_admin.batches.progress import active_batch, progress
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
    last, running = Sync.objects.ended().newest(), Sync.objects.open()
    sees_syncs = request.user.has_perm("workspace.view_sync")
    sees_numbers = request.user.has_perm("workspace.view_number")
    batch = active_batch()
    work = work_list(
        beat=beat,
        last=last,
        sees_syncs=sees_syncs,
        sees_numbers=sees_numbers,
        now=now,
        sees_audit_log=request.user.has_perm("audit.view_entry"),
    )
    context = {
        "work": work,
        "now": now,
        "beat": None if beat is None or beat.is_stale(now=now) else beat,
        "beat_s": int((now - beat.seen_at).total_seconds()) if beat else 0,
        "last": last,
        "read": sync_progress.read(last) if last else "",
        "running": running,
        "doing": sync_progress.doing(running) if running else "",
        "active_batch": batch,  # for the header, which would read it again
        "progress": progress(batch, now=now) if batch and sees_numbers else None,
        "is_future": bool(last and last.is_future(now=now)),
        "left": running.is_abandoned(now=now) if running else False,
        "entries": Entry.objects.newest_first()[:ENTRIES],
    }
    return render(request, "home/home.html", context)
