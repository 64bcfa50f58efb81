"""Accepting what differs at Quo: for one webhook, or for all with one kind of drift."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from quo_admin.quo.json_values import moment_or_none
from quo_admin.webhooks.models import Drift, Webhook
from quo_admin.webhooks.sync.accept import accept_all as accept_all_of
from quo_admin.webhooks.sync.drift import accept as accept_these

EXPLANATIONS = {
    Drift.NOT_CREATED_HERE: "They were created with another tool, or before Quo Admin was set up.",
    Drift.CHANGED: "Each was changed outside Quo Admin. The list shows them before you accept.",
    Drift.KEY_CHANGED: "Their endpoints may still verify deliveries with the old keys.",
    Drift.MISSING: "They were deleted outside Quo Admin. Their details and history stay here.",
}


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def accept(request: HttpRequest, quo_id: str) -> HttpResponse:
    webhook = get_object_or_404(Webhook.objects.defer("key_sealed"), quo_id=quo_id)
    if request.method != "POST":  # after signing in on the way, one presses the button again
        return redirect(webhook)
    seen = moment_or_none(request.POST.get("seen"))
    if webhook.drift_since and webhook.drift_since != seen:
        messages.warning(
            request,
            "Nothing was accepted, because the webhook changed again after you opened this page.",
        )
    elif accept_these(actor=request.user.get_username(), webhooks=[webhook]):
        messages.success(request, "Changes accepted. The webhook is in sync.")
    else:
        messages.info(request, "There is nothing left to accept.")
    return redirect(webhook)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def accept_all(request: HttpRequest) -> HttpResponse:
    """Confirm and accept every webhook with one kind of drift that was marked by now."""
    query = request.POST if request.method == "POST" else request.GET
    kind = query.get("kind", "")
    if kind not in Drift.values:
        return redirect("webhooks:list")
    list_url = f"{reverse('webhooks:list')}?{urlencode({'drift': kind})}"
    before = moment_or_none(request.POST.get("before"))
    if request.method != "POST" or before is None:
        return _confirm(request, Drift(kind), list_url)
    accepted = accept_all_of(actor=request.user.get_username(), kind=kind, before=before)
    left = Webhook.objects.filter(drift=kind, drift_since__lte=before).count()
    done = f"Changes accepted for {accepted} webhook{'' if accepted == 1 else 's'}."
    if left:
        messages.warning(request, f"{done} {left} more are left. Accept them again.")
    else:
        messages.success(request, done)
    return redirect(list_url)


def _confirm(request: HttpRequest, kind: Drift, list_url: str) -> HttpResponse:
    """Render the confirmation. What a sync marks after ``before`` is not accepted."""
    rows = Webhook.objects.filter(drift=kind)
    found = rows.aggregate(count=Count("pk"), before=Max("drift_since"))
    if not found["count"]:
        messages.info(request, "There is nothing left to accept.")
        return redirect(list_url)
    context = {
        "kind": kind.value,
        "label": kind.phrase,
        "explanation": EXPLANATIONS[kind],
        "list_url": list_url,
    }
    return render(request, "webhooks/sync/accept_all.html", context | found)
