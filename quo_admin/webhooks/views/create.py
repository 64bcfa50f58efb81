from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from quo_admin.webhooks.forms import MessageWebhookForm
from quo_admin.webhooks.services import create as services


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def create(request: HttpRequest) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = MessageWebhookForm(posted)
    trouble: Exception | None = None
    if form.is_valid():
        try:
            webhook = services.create_message_webhook(
                actor=request.user.get_username(), wanted=form.to_webhook()
            )
        except (services.WebhookNotCreated, services.WebhookMaybeCreated) as exc:
            trouble = exc
        else:
            messages.success(request, f"Created: {webhook}. Next: hand over its key.")
            return redirect(webhook)
    maybe = isinstance(trouble, services.WebhookMaybeCreated)
    context = {"form": form, "trouble": trouble, "maybe": maybe}
    return render(request, "webhooks/create.html", context)
