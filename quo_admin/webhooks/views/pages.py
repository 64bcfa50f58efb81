"""The pages that show webhooks. They read our own tables and call nobody."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from quo_admin.audit.models import Entry
from quo_admin.quo import spec
from quo_admin.quo.types import clean
from quo_admin.webhooks.facets import chips, facets
from quo_admin.webhooks.filters import Filters
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.reach import also_reached
from quo_admin.webhooks.sentence import Part, sentence
from quo_admin.workspace.models import Member, Number

ROWS = 50
NUMBERS_SHOWN = 200  # rows of one webhook's numbers; a page of thousands helps nobody
ENTRIES = 50  # of the trail on a webhook's page


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def webhook_list(request: HttpRequest) -> HttpResponse:
    filters = Filters.of(request.GET)
    page = (
        filters.webhooks()
        .defer("key_sealed")
        .stretch(
            ROWS,
            after=_marked(request.GET.get("after", "")),
            before=_marked(request.GET.get("before", "")),
        )
    )
    context = {
        "filters": filters,
        "facets": facets(filters),
        "chips": chips(filters),
        "without_words": filters.but(q="").address,
        "known": Webhook.objects.count(),
        "page": page,
        "rows": _rows(page.rows),
        "by_all_numbers": _by_all_numbers(filters, page.rows),
        "newer": filters.at(before=page.rows[0].quo_id) if page.has_newer else "",
        "older": filters.at(after=page.rows[-1].quo_id) if page.has_older else "",
    }
    return render(request, "webhooks/list.html", context)


def _marked(quo_id: str) -> Webhook | None:
    """Return the webhook that an address names as a place in the list, filtered out or not."""
    return Webhook.objects.filter(quo_id=clean(quo_id)).first() if quo_id else None


def _rows(webhooks: Sequence[Webhook]) -> list[tuple[Webhook, list[Number | str], Member | None]]:
    """Return each webhook with its first two numbers, ids where unknown, and its member."""
    ids = {id for webhook in webhooks for id in (webhook.resource_ids or ())[:2]}
    numbers = Number.objects.in_bulk(ids, field_name="quo_id")
    members = Member.objects.in_bulk({w.user_id for w in webhooks}, field_name="quo_id")
    return [
        (
            webhook,
            [numbers.get(id, id) for id in (webhook.resource_ids or ())[:2]],
            members.get(webhook.user_id or ""),
        )
        for webhook in webhooks
    ]


def _by_all_numbers(filters: Filters, webhooks: Sequence[Webhook]) -> bool:
    """Say whether some webhooks are here because they are on all numbers, not by their name."""
    asked = filters.number or (filters.q and Number.objects.search(filters.q).exists())
    if not asked or filters.number == spec.ALL_PHONE_NUMBERS:
        return False
    return any(webhook.covers_all_numbers for webhook in webhooks)


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def detail(request: HttpRequest, quo_id: str) -> HttpResponse:
    webhook = get_object_or_404(Webhook, quo_id=quo_id)
    return render(request, "webhooks/detail.html", about(webhook))


def about(webhook: Webhook) -> dict[str, Any]:
    """Return what a webhook's page shows. The trail is read only if the template asks for it."""
    ids = [id for id in dict.fromkeys(webhook.resource_ids or ()) if id != spec.ALL_PHONE_NUMBERS]
    known = Number.objects.filter(quo_id__in=webhook.subscriptions.values("resource_id"))
    numbers = {number.quo_id: number for number in known}
    reached = also_reached(webhook)
    return {
        "webhook": webhook,
        "key": None,  # the one page that shows it puts it here
        "lead": _lead(webhook, [str(numbers.get(id, id)) for id in ids]),
        "numbers": [(id, numbers.get(id), reached[id]) for id in ids[:NUMBERS_SHOWN]],
        "count": len(ids),
        "more": max(len(ids) - NUMBERS_SHOWN, 0),
        "everywhere": [] if webhook.covers_all_numbers else reached[spec.ALL_PHONE_NUMBERS],
        "left": sum(number.gone_at is not None for number in numbers.values()),
        "texts": TEXTS.get(tuple(sorted(webhook.events or ())), "Same texts"),
        "member": Member.objects.filter(quo_id=webhook.user_id or "").first(),
        "attempt": getattr(webhook, "attempt", None),
        "entries": Entry.objects.filter(target=webhook.quo_id).newest_first()[:ENTRIES],
    }


TEXTS = {
    (spec.MessageEvent.RECEIVED,): "Received texts",
    (spec.MessageEvent.DELIVERED,): "Delivered texts",
}


def _lead(webhook: Webhook, names: list[str]) -> list[Part]:
    """Return the sentence, or nothing where it is gone or Quo did not tell enough to say it."""
    if webhook.gone_at or not (webhook.events and webhook.resource_ids and webhook.host):
        return []
    return sentence(
        events=webhook.events,
        names=names,
        all_numbers=webhook.covers_all_numbers,
        known=Number.objects.here().count(),
        host=webhook.host,
        disabled=webhook.status == spec.Status.DISABLED,
        made=True,
    )
