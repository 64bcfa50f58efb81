"""The pages of the attempts: each intention to create a webhook, and how it ended."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from quo_admin.quo import spec
from quo_admin.quo.types import clean
from quo_admin.webhooks.models import Attempt
from quo_admin.workspace.models import Member, Number

ROWS = 50
LOOK_AGAIN_S = 2
# A create takes at most 25 s. What is still sending after this was cut off in the middle.
LONGEST_CREATE = timedelta(seconds=60)


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def attempts(request: HttpRequest) -> HttpResponse:
    state = clean(request.GET.get("state", "")).strip()
    asked = Attempt.objects.filter(state=state) if state else Attempt.objects.all()
    page = (
        asked.select_related("webhook")
        .defer("webhook__key_sealed")
        .stretch(
            ROWS,
            after=_marked(request.GET.get("after", "")),
            before=_marked(request.GET.get("before", "")),
        )
    )
    counts = dict(Attempt.objects.values_list("state").annotate(n=Count("pk")).order_by())
    context = {
        "state": state,
        "states": [
            (word, value, counts.get(value, 0), _address(value))
            for value, word in Attempt.State.choices
        ],
        "known": sum(counts.values()),
        "page": page,
        "newer": _address(state, before=page.rows[0].pk) if page.has_newer else "",
        "older": _address(state, after=page.rows[-1].pk) if page.has_older else "",
    }
    return render(request, "webhooks/attempts.html", context)


def _address(state: str, **place: int) -> str:
    asked = ({"state": state} if state else {}) | place
    return reverse("webhooks:attempts") + (f"?{urlencode(asked)}" if asked else "")


def _marked(number: str) -> Attempt | None:
    """Return the attempt that an address names as a place in the list."""
    if not number.isdecimal() or len(number) > 18:
        return None
    return Attempt.objects.filter(pk=int(number)).first()


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def attempt(request: HttpRequest, number: int) -> HttpResponse:
    shown = get_object_or_404(Attempt.objects.select_related("webhook"), pk=number)
    sending = shown.state == Attempt.State.SENDING
    cut_off = sending and timezone.now() - shown.begun_at > LONGEST_CREATE
    ids: list[str] = shown.payload["resourceIds"]
    member_id: str = shown.payload.get("userId", "")
    names = Number.objects.names(ids)
    context = {
        "attempt": shown,
        "sending": sending,
        "cut_off": cut_off,
        "seconds": LOOK_AGAIN_S,
        "numbers": [(id, names.get(id)) for id in ids if id != spec.ALL_PHONE_NUMBERS],
        "member_id": member_id,
        "member": Member.objects.filter(quo_id=member_id).first(),
    }
    response = render(request, "webhooks/attempt.html", context)
    if sending and not cut_off:
        response["Refresh"] = str(LOOK_AGAIN_S)
    return response
