"""Key handover: the page with the button, and the page that shows the keys once."""

from itertools import groupby
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from quo_admin.accounts import recent_authentication
from quo_admin.audit.models import Entry
from quo_admin.batches import key_handover as services
from quo_admin.batches.models import Batch, KeyHandover
from quo_admin.webhooks.keys.sealing import KeyUnreadable
from quo_admin.webhooks.models import Webhook

EMPTY = (
    "Keys appear here when the batch creates webhooks. Deleted and missing webhooks are not "
    "included."
)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.reveal_key", raise_exception=True)
def keys(request: HttpRequest, number: int) -> HttpResponse:
    """The webhooks whose keys can be handed over, and the button. It never holds a key."""
    if not recent_authentication.is_recent(request):
        return recent_authentication.redirect_to_reauthenticate(request.path)
    batch = get_object_or_404(Batch, pk=number)
    query = request.POST if request.method == "POST" else request.GET
    page = _page(batch, query.get("page"))
    form = query.get("form", "env")
    if request.method != "POST" or form not in services.FORMS or not page.object_list:
        return render(request, "batches/key_handover.html", _context(batch, page))
    user = cast("User", request.user)
    link = services.hand_over(
        actor=user.username,
        staff_id=user.pk,
        batch=batch,
        webhooks=list(page.object_list),
        form=form,
    )
    return redirect("batches:one_time_link", number=batch.pk, token=link.token)


@never_cache
@require_GET  # not HEAD: any request uses the link up
@login_required
@permission_required("webhooks.reveal_key", raise_exception=True)
def one_time_link(request: HttpRequest, number: int, token: str) -> HttpResponse:
    """The keys, once. Afterwards this URL redirects to the page with the button."""
    batch = get_object_or_404(Batch, pk=number)
    try:
        sheet = services.take(token=token, staff_id=cast("User", request.user).pk, batch=batch)
    except KeyUnreadable as exc:
        messages.error(request, str(exc))
        sheet = None
    masked = reverse("batches:keys", args=[batch.pk])
    if sheet is None:
        return redirect(masked)
    context = {"batch": batch, "sheet": sheet, "masked": masked, "seconds": _seconds()}
    response = render(request, "batches/key_handover.html", context)
    response["Refresh"] = f"{_seconds()}; url={masked}"
    return response


def _page(batch: Batch, number: str | None) -> Page[Webhook]:
    return Paginator(services.with_keys(batch), services.KEYS_PER_PAGE).get_page(number)


def _by_host(page: Page[Webhook]) -> list[tuple[str, list[tuple[Webhook, Entry | None]]]]:
    """Return each host with its webhooks, each with the entry of its last handover."""
    last = services.handovers(webhook.quo_id for webhook in page)
    return [
        (host, [(webhook, last.get(webhook.quo_id)) for webhook in group])
        for host, group in groupby(page, key=lambda webhook: webhook.host)
    ]


def _context(batch: Batch, page: Page[Webhook]) -> dict[str, Any]:
    created = Webhook.objects.filter(attempt__token__in=batch.rows.values("token")).count()
    return {
        "batch": batch,
        "page": page,
        "hosts": _by_host(page),
        "forms": services.FORMS.items(),
        "seconds": _seconds(),
        "without": created - page.paginator.count,
        "empty": EMPTY,
        "most": services.KEYS_PER_PAGE,
    }


def _seconds() -> int:
    return int(KeyHandover.LIFE.total_seconds())
