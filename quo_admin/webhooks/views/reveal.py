from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from quo_admin.accounts import fresh
from quo_admin.webhooks.keys import KeyUnreadable
from quo_admin.webhooks.models import Receipt, Webhook
from quo_admin.webhooks.services import reveal as services
from quo_admin.webhooks.views.pages import about


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.reveal_key", raise_exception=True)
def key(request: HttpRequest, quo_id: str) -> HttpResponse:
    """The page with the one button, and what the button does. Neither ever holds a key."""
    if not fresh.is_fresh(request):
        return fresh.ask_first(request.path)
    webhook = get_object_or_404(Webhook, quo_id=quo_id, key_sealed__isnull=False)
    if request.method != "POST":
        return render(request, "webhooks/key.html", {"webhook": webhook})
    staff = cast("User", request.user)
    given = services.give_receipt(
        actor=staff.username,
        staff_id=staff.pk,
        webhook=webhook,
        copied="copied" in request.POST,
    )
    return redirect("webhooks:receipt", quo_id=quo_id, token=given.token)


@never_cache
@require_GET  # not HEAD: any look uses the receipt up
@login_required
@permission_required("webhooks.reveal_key", raise_exception=True)
def receipt(request: HttpRequest, quo_id: str, token: str) -> HttpResponse:
    """The webhook's page with its key, once. Afterwards this address leads to the mask."""
    webhook = get_object_or_404(Webhook, quo_id=quo_id)
    context: dict[str, Any] = {"seconds": int(Receipt.LIFE.total_seconds())}
    try:
        context["key"] = services.take_key(
            token=token, staff_id=cast("User", request.user).pk, webhook=webhook
        )
    except KeyUnreadable as exc:
        messages.error(request, str(exc))
        return redirect(webhook)
    if context["key"] is None:
        return redirect(webhook)
    response = render(request, "webhooks/detail.html", about(webhook) | context)
    page = reverse("webhooks:detail", args=[quo_id])
    response["Refresh"] = f"{context['seconds']}; url={page}"
    return response
