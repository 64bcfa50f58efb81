from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from quo_admin.quo.types import clean
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.policies import services
from quo_admin.webhooks.policies.catalog import POLICIES
from quo_admin.webhooks.policies.descriptions import Said, say
from quo_admin.webhooks.policies.findings import found
from quo_admin.webhooks.policies.forms import AcknowledgeForm


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def finding(request: HttpRequest, quo_id: str, policy: str) -> HttpResponse:
    """The page on which one finding is acknowledged, and what its buttons do."""
    webhook = get_object_or_404(Webhook.objects.defer("key_sealed"), quo_id=quo_id)
    said = _asked_for(webhook, policy, clean(request.GET.get("subject", "")))
    if said is None:
        messages.info(request, "This finding no longer exists.")
        return redirect(webhook)
    actor = request.user.get_username()
    if request.method == "POST" and "take_back" in request.POST:
        services.take_back(actor=actor, webhook=webhook, finding=said.finding)
        messages.success(request, f"Reopened: {said.title}.")
        return redirect(webhook)
    given = said.acknowledged
    kept = {"reason": given.reason, "until": given.until} if given else None
    form = AcknowledgeForm(request.POST if request.method == "POST" else None, initial=kept)
    if form.is_valid():
        services.acknowledge(
            actor=actor, webhook=webhook, finding=said.finding, **form.cleaned_data
        )
        until = form.cleaned_data["until"]
        messages.success(request, f"Snoozed until {until}: {said.title}.")
        return redirect(webhook)
    return render(
        request,
        "webhooks/policies/acknowledge.html",
        {"webhook": webhook, "said": said, "form": form},
    )


def _asked_for(webhook: Webhook, policy: str, subject: str) -> Said | None:
    """Return the finding that the address names, or None where it is not there (any more)."""
    if policy not in POLICIES:
        raise Http404
    findings = found([webhook], [POLICIES[policy]])[webhook.pk]
    named = [finding for finding in findings if finding.subject == subject]
    return next(iter(say([webhook], {webhook.pk: named})[webhook.pk]), None)
