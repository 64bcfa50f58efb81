from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from quo_admin.quo.storable_text import clean
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.policies import services
from quo_admin.webhooks.policies.catalog import POLICIES
from quo_admin.webhooks.policies.descriptions import DescribedFinding, describe
from quo_admin.webhooks.policies.findings import found
from quo_admin.webhooks.policies.forms import AcknowledgeForm


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def finding(request: HttpRequest, quo_id: str, policy: str) -> HttpResponse:
    """The page that snoozes one finding, and the button that reopens it."""
    webhook = get_object_or_404(Webhook.objects.defer("key_sealed"), quo_id=quo_id)
    described = _requested(webhook, policy, clean(request.GET.get("subject", "")))
    if described is None:
        messages.info(request, "This finding no longer exists.")
        return redirect(webhook)
    actor = request.user.get_username()
    if request.method == "POST" and "take_back" in request.POST:
        services.take_back(actor=actor, webhook=webhook, finding=described.finding)
        messages.success(request, f"Reopened: {described.title}.")
        return redirect(webhook)
    given = described.acknowledged
    kept = {"reason": given.reason, "until": given.until} if given else None
    form = AcknowledgeForm(request.POST if request.method == "POST" else None, initial=kept)
    if form.is_valid():
        services.acknowledge(
            actor=actor, webhook=webhook, finding=described.finding, **form.cleaned_data
        )
        until = form.cleaned_data["until"]
        messages.success(request, f"Snoozed until {until}: {described.title}.")
        return redirect(webhook)
    return render(
        request,
        "webhooks/policies/acknowledge.html",
        {"webhook": webhook, "finding": described, "form": form},
    )


def _requested(webhook: Webhook, policy: str, subject: str) -> DescribedFinding | None:
    """Return the finding that the URL names, or None if it does not exist (any more)."""
    if policy not in POLICIES:
        raise Http404
    findings = found([webhook], [policy])[webhook.pk]
    named = [finding for finding in findings if finding.subject == subject]
    return next(iter(describe([webhook], {webhook.pk: named})[webhook.pk]), None)
