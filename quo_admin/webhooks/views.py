from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from quo_admin.accounts import fresh
from quo_admin.quo import spec
from quo_admin.webhooks import services
from quo_admin.webhooks.forms import MessageWebhookForm
from quo_admin.webhooks.keys import KeyUnreadable
from quo_admin.webhooks.models import Receipt, Webhook
from quo_admin.workspace.models import Member, Number

ROWS = 50


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def webhook_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(Webhook.objects.newest_first(), ROWS).get_page(request.GET.get("page"))
    names = Number.objects.names({id for webhook in page for id in webhook.resource_ids or ()})
    rows = [(webhook, [names.get(id, id) for id in webhook.resource_ids or ()]) for webhook in page]
    return render(request, "webhooks/list.html", {"page": page, "rows": rows})


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


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def detail(request: HttpRequest, quo_id: str) -> HttpResponse:
    webhook = get_object_or_404(Webhook, quo_id=quo_id)
    return render(request, "webhooks/detail.html", _about(webhook))


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
    given = services.give_receipt(actor=staff.username, staff_id=staff.pk, webhook=webhook)
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
    response = render(request, "webhooks/detail.html", _about(webhook) | context)
    page = reverse("webhooks:detail", args=[quo_id])
    response["Refresh"] = f"{context['seconds']}; url={page}"
    return response


def _about(webhook: Webhook) -> dict[str, Any]:
    """Return what a webhook's page shows: its numbers and its member by name."""
    ids = [id for id in webhook.resource_ids or () if id != spec.ALL_PHONE_NUMBERS]
    known = {number.quo_id: number for number in Number.objects.filter(quo_id__in=ids)}
    return {
        "webhook": webhook,
        "numbers": [(id, known.get(id)) for id in ids],
        "member": Member.objects.filter(quo_id=webhook.user_id or "").first(),
        "attempt": getattr(webhook, "attempt", None),
    }
