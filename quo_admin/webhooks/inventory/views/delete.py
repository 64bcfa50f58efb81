from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from quo_admin.accounts import recent_authentication
from quo_admin.webhooks.inventory import services
from quo_admin.webhooks.inventory.coverage_loss import coverage_loss
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.states import missing_state, status_state


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.delete_webhook", raise_exception=True)
def delete(request: HttpRequest, quo_id: str) -> HttpResponse:
    """The confirmation page with the effect on coverage, and the deletion."""
    if not recent_authentication.is_recent(request):
        return recent_authentication.redirect_to_reauthenticate(request.path)
    webhook = get_object_or_404(Webhook, quo_id=quo_id)
    error: Exception | None = None
    if request.method == "POST" and webhook.missing_since is None:
        try:
            result = services.delete_webhook(actor=request.user.get_username(), webhook=webhook)
        except (services.WebhookNotDeleted, services.DeletionUnknown) as exc:
            error = exc
        else:
            messages.success(request, f"“{webhook}” {result}. Its key and history stay here.")
            return redirect(webhook)
    context = {
        "webhook": webhook,
        "state": status_state(webhook),
        "missing": missing_state(webhook) if webhook.missing_since else None,
        "losses": coverage_loss(webhook),
        "error": error,
        "unknown": isinstance(error, services.DeletionUnknown),
    }
    return render(request, "webhooks/inventory/delete.html", context)
