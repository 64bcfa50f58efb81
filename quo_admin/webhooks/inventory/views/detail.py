from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from quo_admin.webhooks.inventory.detail import page_context
from quo_admin.webhooks.models import Webhook


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def detail(request: HttpRequest, quo_id: str) -> HttpResponse:
    webhook = get_object_or_404(Webhook.objects.select_related("attempt"), quo_id=quo_id)
    return render(request, "webhooks/inventory/detail.html", page_context(webhook))
