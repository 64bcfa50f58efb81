"""The pages of attempts: each request to create a webhook, and its result."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from quo_admin.quo import spec
from quo_admin.quo.storable_text import clean
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.reconcile.queries import (
    SEVERAL,
    address,
    attempt_by_number,
    in_state,
    is_lost,
)
from quo_admin.webhooks.states import State as WebhookState
from quo_admin.webhooks.states import status_state
from quo_admin.worker.models import Heartbeat
from quo_admin.workspace.models import Member, Number

ROWS = 50
REFRESH_S = 2  # while Quo may still respond
FOLLOW_S = 5  # after the worker's next look

State = Attempt.State


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def attempts(request: HttpRequest) -> HttpResponse:
    state = clean(request.GET.get("state", "")).strip()
    page = (
        in_state(state)
        .select_related("webhook")
        .defer("webhook__key_sealed")
        .cursor_page(
            ROWS,
            after=attempt_by_number(request.GET.get("after", "")),
            before=attempt_by_number(request.GET.get("before", "")),
        )
    )
    counts: dict[str, int] = dict(
        Attempt.objects.values_list("state").annotate(n=Count("pk")).order_by()
    )
    known = sum(counts.values())
    words = dict(State.choices) | {SEVERAL: "Several matches"}
    counts[SEVERAL] = in_state(SEVERAL).count()
    counts[State.UNKNOWN] = counts.get(State.UNKNOWN, 0) - counts[SEVERAL]
    context = {
        "state": state,
        "word": words.get(state, state),
        "views": [(word, key, counts.get(key, 0), address(key)) for key, word in words.items()],
        "known": known,
        "page": page,
        "newer": address(state, before=page.rows[0].pk) if page.has_newer else "",
        "older": address(state, after=page.rows[-1].pk) if page.has_older else "",
    }
    return render(request, "webhooks/reconcile/attempts.html", context)


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def attempt(request: HttpRequest, number: int) -> HttpResponse:
    shown = get_object_or_404(Attempt.objects.select_related("webhook"), pk=number)
    now = timezone.now()
    sending = shown.is_in_flight(now=now)
    search = _search(shown, now=now)
    ids: list[str] = shown.payload["resourceIds"]
    names = Number.objects.names(ids)
    member_id = shown.member or ""
    context = {
        "attempt": shown,
        "sending": sending,
        "seconds": REFRESH_S,
        "search": search,
        "candidates": _candidates(shown),
        "numbers": [(id, names.get(id)) for id in ids if id != spec.ALL_PHONE_NUMBERS],
        "member_id": member_id,
        "member": Member.objects.filter(quo_id=member_id).first(),
    }
    response = render(request, "webhooks/reconcile/attempt.html", context)
    if sending:
        response["Refresh"] = str(REFRESH_S)
    elif search and search.follow_s:
        response["Refresh"] = str(search.follow_s)
    return response


@dataclass(frozen=True)
class Search:
    """The search for the webhook that an attempt may have created.

    Attributes:
        beat: the last heartbeat of any worker, None if there never was one.
        alive: a worker is running, which looks by itself.
        wait_s: until the next look; None if none is planned, since a person has to decide.
    """

    beat: Heartbeat | None
    alive: bool
    wait_s: int | None

    @property
    def follow_s(self) -> int | None:
        """When the page refreshes: soon after the worker's next look, if there is one."""
        return self.wait_s + FOLLOW_S if self.alive and self.wait_s is not None else None


def _search(attempt: Attempt, *, now: datetime) -> Search | None:
    """Return the search, or None if nothing is being looked for."""
    if not is_lost(attempt, now=now):
        return None
    beat = Heartbeat.objects.newest()
    due = attempt.next_check_at
    return Search(
        beat=beat,
        alive=beat is not None and not beat.is_stale(now=now),
        wait_s=max(ceil((due - now).total_seconds()), 0) if due else None,
    )


@dataclass(frozen=True)
class Candidate:
    """A webhook that the attempt may have created, as the page shows it."""

    webhook: Webhook
    state: WebhookState
    events: str
    numbers: str
    member: str


def _candidates(attempt: Attempt) -> list[Candidate]:
    """Return the webhooks that the attempt may have created, oldest first."""
    if attempt.state != State.UNKNOWN or not attempt.candidates:
        return []
    found = list(
        Webhook.objects.filter(quo_id__in=attempt.candidates)
        .select_related("attempt")
        .defer("key_sealed")
        .order_by("created_or_seen_at", "pk")
    )
    names = Number.objects.names({id for webhook in found for id in webhook.resource_ids or ()})
    members = Member.objects.names({w.user_id for w in found if w.user_id})
    return [
        Candidate(
            webhook,
            state=status_state(webhook),
            events=webhook.event_list,
            numbers="All numbers"
            if webhook.covers_all_numbers
            else ", ".join(names.get(id, id) for id in webhook.resource_ids or ()),
            member=members.get(webhook.user_id or "", webhook.user_id or ""),
        )
        for webhook in found
    ]
