"""What people do about an attempt with an unknown outcome: check now, or decide."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from quo_admin.quo.storable_text import clean
from quo_admin.webhooks.models import Attempt
from quo_admin.webhooks.reconcile import services
from quo_admin.webhooks.reconcile.queries import is_lost

NONE = "none"  # the value of the button for no candidate


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def reconcile(request: HttpRequest, number: int) -> HttpResponse:
    attempt = get_object_or_404(Attempt, pk=number)
    if request.method != "POST":  # after signing in on the way, one presses the button again
        return redirect(attempt)
    if is_lost(attempt, now=timezone.now()):
        try:
            services.check_at_quo(member=attempt.member, actor=request.user.get_username())
        except services.NotReconciled as exc:
            messages.error(request, str(exc))
            return redirect(attempt)
        attempt.refresh_from_db()
    _add_message(request, attempt)
    return redirect(attempt)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def decide(request: HttpRequest, number: int) -> HttpResponse:
    attempt = get_object_or_404(Attempt, pk=number)
    if request.method != "POST":
        return redirect(attempt)
    chosen = clean(request.POST.get("webhook", ""))
    try:
        services.decide(
            attempt=attempt,
            quo_id=None if chosen == NONE else chosen,
            actor=request.user.get_username(),
        )
    except services.NotReconciled as exc:
        messages.error(request, f"Your decision was not saved. {exc}")
    else:
        _add_message(request, attempt)
    return redirect(attempt)


def _add_message(request: HttpRequest, attempt: Attempt) -> None:
    """Show the new state as a message; the page shows the rest."""
    if webhook := attempt.webhook:
        link = format_html('<a href="{}">{}</a>', webhook.get_absolute_url(), webhook)
        messages.success(request, format_html("This attempt created {}.", link))
    elif attempt.state == Attempt.State.NOT_CREATED:
        messages.info(request, "No matching webhook at Quo. The attempt is marked as not created.")
    elif attempt.candidates:
        messages.warning(request, "Webhooks at Quo may match. Decide below.")
    elif attempt.state in {Attempt.State.SENDING, Attempt.State.UNKNOWN}:
        messages.warning(request, "Not found at Quo yet. Nothing was sent again.")
