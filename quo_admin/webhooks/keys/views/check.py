from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from quo_admin.quo.storable_text import clean
from quo_admin.webhooks.keys import limits
from quo_admin.webhooks.keys.forms import KeyForm
from quo_admin.webhooks.keys.services import check as services
from quo_admin.webhooks.models import Webhook


@sensitive_variables()
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def check(request: HttpRequest) -> HttpResponse:
    """Find the webhook of a key. No response shows what was pasted."""
    if request.method != "POST":
        return render(request, "webhooks/keys/check.html", {"form": KeyForm()})
    actor, quo_id = request.user.get_username(), clean(request.POST.get("webhook", ""))
    webhook = None
    if quo_id:
        webhook = get_object_or_404(Webhook.objects.defer("key_sealed"), quo_id=quo_id)
    if not limits.is_within_rate_limit(request, "check"):
        services.record_rate_limited(actor=actor, webhook=webhook)
        return render(request, "429.html", status=429)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return render(request, "webhooks/keys/check.html", {"form": form, "webhook": webhook})
    answer = services.check_key(actor=actor, pasted=form.cleaned_data["pasted"], webhook=webhook)
    context = {"form": KeyForm(), "webhook": webhook, "answer": answer}
    return render(request, "webhooks/keys/check.html", context)
