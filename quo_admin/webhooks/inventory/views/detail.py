"""The pages that show webhooks. They read our own tables and call nobody."""

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from quo_admin.audit.models import Entry
from quo_admin.quo import spec
from quo_admin.webhooks.inventory.also_sent_to import also_sent_to
from quo_admin.webhooks.keys import access
from quo_admin.webhooks.models import MemberList, Webhook
from quo_admin.webhooks.models.freshness import nothing_read
from quo_admin.webhooks.policies.descriptions import say
from quo_admin.webhooks.policies.findings import of_webhook
from quo_admin.webhooks.summary import Part, sentence
from quo_admin.workspace.models import Member, Number, Sync

FINDINGS_SHOWN = 20
NUMBERS_SHOWN = 200  # rows of one webhook's numbers; a page of thousands helps nobody
ENTRIES = 50  # of the audit log on a webhook's page


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def detail(request: HttpRequest, quo_id: str) -> HttpResponse:
    webhook = get_object_or_404(Webhook, quo_id=quo_id)
    return render(request, "webhooks/inventory/detail.html", page_context(webhook))


def page_context(webhook: Webhook) -> dict[str, Any]:
    """Return what a webhook's page shows. Audit entries are read only if the page shows them."""
    ids = [id for id in dict.fromkeys(webhook.resource_ids or ()) if id != spec.ALL_PHONE_NUMBERS]
    known = Number.objects.filter(quo_id__in=webhook.subscriptions.values("resource_id"))
    numbers = {number.quo_id: number for number in known}
    reached = also_sent_to(webhook, ids[:NUMBERS_SHOWN])
    findings = say([webhook], {webhook.pk: of_webhook(webhook)})[webhook.pk]
    findings.sort(key=lambda said: said.acknowledged is not None)
    return {
        "webhook": webhook,
        "stale": _stale(webhook),
        "findings": findings[:FINDINGS_SHOWN],
        "findings_more": max(len(findings) - FINDINGS_SHOWN, 0),
        "open": sum(said.acknowledged is None for said in findings),
        "key": None,  # the one page that shows it puts it here
        "seen": access.seen_by(webhook),
        "lead": _lead(webhook, [str(numbers.get(id, id)) for id in ids]),
        "numbers": [(id, numbers.get(id), reached[id]) for id in ids[:NUMBERS_SHOWN]],
        "count": len(ids),
        "more": max(len(ids) - NUMBERS_SHOWN, 0),
        "everywhere": [] if webhook.covers_all_numbers else reached[spec.ALL_PHONE_NUMBERS],
        "left": sum(number.missing_since is not None for number in numbers.values()),
        "same_events": EVENTS.get(tuple(sorted(webhook.events or ())), _same(webhook)),
        "member": Member.objects.filter(quo_id=webhook.user_id or "").first(),
        "attempt": getattr(webhook, "attempt", None),
        "entries": Entry.objects.filter(target=webhook.quo_id).newest_first()[:ENTRIES],
    }


EVENTS = {
    (spec.MessageEvent.RECEIVED,): "Message received",
    (spec.MessageEvent.DELIVERED,): "Message delivered",
}


def _same(webhook: Webhook) -> str:
    return "The same events"


def _stale(webhook: Webhook) -> str:
    """Return why the list that should have told of it was not read, if that is so.

    Whose member Quo did not tell may be in any list.
    """
    last = Sync.objects.ended().newest()
    if nothing_read(last):
        return "no sync has read any webhooks yet"
    lists = MemberList.objects.stale(last)
    unread = (lists.filter(member_id=webhook.user_id) if webhook.user_id else lists).first()
    return (unread.failure or "the webhooks of its member were not read") if unread else ""


def _lead(webhook: Webhook, names: list[str]) -> list[Part]:
    """Return the sentence, or nothing where it is gone or Quo did not tell enough to say it."""
    if webhook.missing_since or not (webhook.events and webhook.resource_ids and webhook.host):
        return []
    return sentence(
        events=webhook.events,
        names=names,
        all_numbers=webhook.covers_all_numbers,
        known=Number.objects.current().count(),
        host=webhook.host,
        disabled=webhook.status == spec.Status.DISABLED,
        created=True,
    )
