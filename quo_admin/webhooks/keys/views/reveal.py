from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from quo_admin.accounts import recent_authentication
from quo_admin.webhooks.keys.sealing import KeyUnreadable
from quo_admin.webhooks.keys.services import reveal as services
from quo_admin.webhooks.models import OneTimeLink, Webhook


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.reveal_key", raise_exception=True)
def key(request: HttpRequest, quo_id: str) -> HttpResponse:
    """The page with the button, and the button. Neither response contains a key."""
    if not recent_authentication.is_recent(request):
        return recent_authentication.redirect_to_reauthenticate(request.path)
    webhook = get_object_or_404(Webhook, quo_id=quo_id, key_sealed__isnull=False)
    if request.method != "POST":
        return render(request, "webhooks/keys/reveal.html", {"webhook": webhook})
    staff = cast("User", request.user)
    given = services.create_one_time_link(
        actor=staff.username,
        staff_id=staff.pk,
        webhook=webhook,
        copied="copied" in request.POST,
    )
    return redirect("webhooks:one_time_link", quo_id=quo_id, token=given.token)


@never_cache
@require_GET  # not HEAD: any request uses the link up
@login_required
@permission_required("webhooks.reveal_key", raise_exception=True)
def one_time_link(
    request: HttpRequest,
    quo_id: str,
    token: str,
    page_context: Callable[[Webhook], dict[str, Any]],
) -> HttpResponse:
    """The webhook's page with its key, once. Afterwards this URL redirects to the page without it.

    Args:
        page_context: what the webhook's page shows. The URL configuration passes it, because that
            page is in ``inventory``, above this folder.
    """
    webhook = get_object_or_404(Webhook, quo_id=quo_id)
    context: dict[str, Any] = {"seconds": int(OneTimeLink.LIFE.total_seconds())}
    try:
        context["key"] = services.take_key(
            token=token, staff_id=cast("User", request.user).pk, webhook=webhook
        )
    except KeyUnreadable as exc:
        messages.error(request, str(exc))
        return redirect(webhook)
    if context["key"] is None:
        return redirect(webhook)
    response = render(request, "webhooks/inventory/detail.html", page_context(webhook) | context)
    page = reverse("webhooks:detail", args=[quo_id])
    response["Refresh"] = f"{context['seconds']}; url={page}"
    return response
