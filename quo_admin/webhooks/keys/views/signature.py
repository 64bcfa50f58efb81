import time

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from quo_admin.webhooks.keys import limits
from quo_admin.webhooks.keys.explanations import explain
from quo_admin.webhooks.keys.forms import DeliveryForm
from quo_admin.webhooks.keys.services import signature as services


@sensitive_variables()
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def signature(request: HttpRequest) -> HttpResponse:
    """Find the stored key that signed a delivery. The form keeps what was pasted."""
    if request.method != "POST":
        return render(request, "webhooks/keys/signature.html", {"form": DeliveryForm()})
    actor = request.user.get_username()
    if not limits.is_within_rate_limit(request, "signature"):
        services.record_rate_limited(actor=actor)
        return render(request, "429.html", status=429)
    form = DeliveryForm(request.POST, request.FILES)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        delivery = form.to_delivery()
        answer = services.check_signature(
            actor=actor,
            delivery=delivery,
            now_ms=int(time.time() * 1000),
            every="every" in request.POST,
        )
        verdict = explain(answer, received=delivery.received_ms is not None)
        context |= {"answer": answer, "verdict": verdict, "note": delivery.note}
    return render(request, "webhooks/keys/signature.html", context)
