from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from quo_admin.accounts import fresh
from quo_admin.webhooks.losses import losses
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.services import delete as services


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.delete_webhook", raise_exception=True)
def delete(request: HttpRequest, quo_id: str) -> HttpResponse:
    """The page that says what will be lost, and what its button does."""
    if not fresh.is_fresh(request):
        return fresh.ask_first(request.path)
    webhook = get_object_or_404(Webhook, quo_id=quo_id)
    trouble: Exception | None = None
    if request.method == "POST" and webhook.gone_at is None:
        try:
            how = services.delete_webhook(actor=request.user.get_username(), webhook=webhook)
        except (services.WebhookNotDeleted, services.WebhookMaybeDeleted) as exc:
            trouble = exc
        else:
            messages.success(request, f"{webhook}: {how}. Its key and its history stay here.")
            return redirect(webhook)
    maybe = isinstance(trouble, services.WebhookMaybeDeleted)
    context = {"webhook": webhook, "losses": losses(webhook), "trouble": trouble, "maybe": maybe}
    return render(request, "webhooks/delete.html", context)
