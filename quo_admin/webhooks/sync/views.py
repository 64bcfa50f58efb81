"""Accepting what a sync found to differ at Quo: of one webhook, or all of one kind."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from quo_admin.quo.types import moment_or_none
from quo_admin.webhooks.models import Drift, Webhook
from quo_admin.webhooks.sync.accept import accept_all as accept_all_of
from quo_admin.webhooks.sync.services import accept as accept_these


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def accept(request: HttpRequest, quo_id: str) -> HttpResponse:
    webhook = get_object_or_404(Webhook.objects.defer("key_sealed"), quo_id=quo_id)
    if request.method != "POST":  # who signed in on the way lands here, and presses once more
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
    kind = request.POST.get("kind", "")
    before = moment_or_none(request.POST.get("before"))
    if kind not in Drift.values or before is None:
        return redirect("webhooks:list")
    accepted = accept_all_of(actor=request.user.get_username(), kind=kind, before=before)
    left = Webhook.objects.filter(drift=kind, drift_since__lte=before).count()
    said = f"Changes accepted for {accepted} webhook{'' if accepted == 1 else 's'}."
    if left:
        messages.warning(request, f"{said} {left} more are left. Select “Accept” again.")
    else:
        messages.success(request, said)
    return redirect(f"{reverse('webhooks:list')}?{urlencode({'drift': kind})}")
