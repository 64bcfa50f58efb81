"""The pages that show webhooks. They read our own tables and call nobody."""

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from quo_admin.quo import spec
from quo_admin.webhooks.models import Webhook
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


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def detail(request: HttpRequest, quo_id: str) -> HttpResponse:
    webhook = get_object_or_404(Webhook, quo_id=quo_id)
    return render(request, "webhooks/detail.html", about(webhook))


def about(webhook: Webhook) -> dict[str, Any]:
    """Return what a webhook's page shows: its numbers and its member by name."""
    ids = [id for id in webhook.resource_ids or () if id != spec.ALL_PHONE_NUMBERS]
    known = {number.quo_id: number for number in Number.objects.filter(quo_id__in=ids)}
    return {
        "webhook": webhook,
        "numbers": [(id, known.get(id)) for id in ids],
        "member": Member.objects.filter(quo_id=webhook.user_id or "").first(),
        "attempt": getattr(webhook, "attempt", None),
    }
