"""The sync of webhooks: each member's list, compared with our copy.

Open attempts are reconciled first, so that their webhooks are not marked "not created here". Then
Quo's values replace ours, and differences stay marked until somebody accepts them. Nothing is ever
deleted here.
"""

import logging
from collections import Counter
from datetime import datetime

from django.db import DatabaseError
from django.urls import reverse

from quo_admin import clock
from quo_admin.chunks import in_chunks
from quo_admin.database_outage import UNAVAILABLE
from quo_admin.quo.exceptions import QuoError
from quo_admin.quo.types import WebhookData
from quo_admin.webhooks.changes import changing
from quo_admin.webhooks.models import Attempt, Drift, MemberList, Webhook
from quo_admin.webhooks.reconcile import services as reconcile
from quo_admin.webhooks.reconcile.matching import (
    Candidate,
    match_key_of_payload,
    match_key_of_webhook,
)
from quo_admin.webhooks.store import store, store_new
from quo_admin.webhooks.sync import compare, drift
from quo_admin.webhooks.sync.member_webhooks import list_of
from quo_admin.webhooks.sync.missing import find_missing
from quo_admin.workspace.models import Member, Sync
from quo_admin.workspace.sync_parts import Counts, Part, Shown

log = logging.getLogger(__name__)

AT_ONCE = 200  # rows read or written together
COUNTED = {"": "in sync"} | {kind: kind.phrase for kind in Drift}
WHY = {
    Drift.NOT_CREATED_HERE: "Created with another tool. They are stored now, with their keys.",
    Drift.CHANGED: "The current details are stored. Each webhook’s page shows what changed.",
    Drift.KEY_CHANGED: "The endpoint may verify deliveries with the old key.",
    Drift.MISSING: "Deleted outside Quo Admin. They stay as history.",
}


def members() -> list[str]:
    """Return whose lists to read: every member, and members who left while we know webhooks of
    theirs.
    """
    here = Member.objects.current().order_by("quo_id").values_list("quo_id", flat=True)
    owners = Webhook.objects.live().exclude(user_id=None).values_list("user_id", flat=True)
    others = [id for id in owners.order_by("user_id").distinct() if id and id.startswith("US")]
    to_read = list(dict.fromkeys([*here, *others]))
    MemberList.objects.keep(to_read, now=clock.now())
    return to_read


def read(member: str, actor: str) -> Counts:
    """Read one member's list, reconcile with it, and record what differs.

    Raises:
        QuoError: nothing changed here, except that the list is stale now.
    """
    requested_at = clock.now()
    try:
        listing = list_of(member, words=_words(member))
    except QuoError as exc:
        failed = {"requested_at": requested_at, "failure": str(exc)}
        MemberList.objects.update_or_create(member_id=member, defaults=failed)
        raise
    reconcile.reconcile_with(listing, member=member, actor=actor, requested_at=requested_at)
    merged = list({data.id: data for data in listing}.values())
    going_on = Sync.objects.open()
    when = {
        "started": going_on.started_at if going_on else requested_at,
        "requested_at": requested_at,
    }
    kinds: dict[str, str] = {}
    for chunk in in_chunks(merged, AT_ONCE):
        kinds |= _compare(chunk, actor=actor, **when)
    succeeded = {"requested_at": requested_at, "read_at": requested_at, "failure": ""}
    MemberList.objects.update_or_create(member_id=member, defaults=succeeded)
    return _counts(merged, kinds, member)


def _counts(listed: list[WebhookData], kinds: dict[str, str], member: str) -> Counts:
    """Count each webhook in its own member's list only, if that member has one.

    The document does not say whether a member's list may contain other members' webhooks.
    """
    others = set(MemberList.objects.exclude(member_id=member).values_list("member_id", flat=True))
    own = [data.id for data in listed if data.user_id not in others]
    return {"webhooks": len(own), **Counter(COUNTED[kinds[id]] for id in own if id in kinds)}


def _compare(
    listed: list[WebhookData], *, actor: str, started: datetime, requested_at: datetime
) -> dict[str, str]:
    """Record new and changed webhooks, and that the others were seen. Returns the kind of each.

    Args:
        started: a drift marked since then comes from another list of the same sync.
    """
    known = {row.quo_id: row for row in Webhook.objects.filter(quo_id__in=[d.id for d in listed])}
    kinds: dict[str, str] = {}
    same: list[int] = []
    others: list[WebhookData] = []
    for data in listed:
        here = known.get(data.id)
        if here and compare.is_same(here, data):
            same.append(here.pk)
            kinds[data.id] = here.drift if here.drift_since and here.drift_since >= started else ""
        else:
            others.append(data)
    if others:
        kinds |= _record_all(others, actor=actor, requested_at=requested_at)
    seen_before = clock.not_since("last_seen_at", requested_at, now=clock.now())
    Webhook.objects.filter(seen_before, pk__in=same).update(last_seen_at=requested_at)
    return kinds


def _record_all(listed: list[WebhookData], *, actor: str, requested_at: datetime) -> dict[str, str]:
    """Store what Quo returned, in one transaction; one by one if the database refuses one."""
    try:
        return _record(listed, actor=actor, requested_at=requested_at)
    except DatabaseError as exc:
        if len(listed) == 1 or isinstance(exc, UNAVAILABLE):
            raise
        log.warning("%s webhooks could not be stored together", len(listed), exc_info=True)
    kinds: dict[str, str] = {}
    for data in listed:
        kinds |= _record([data], actor=actor, requested_at=requested_at)
    return kinds


def _record(listed: list[WebhookData], *, actor: str, requested_at: datetime) -> dict[str, str]:
    """Store what Quo returned and mark how it differed; return the kinds of drift.

    What is being created here right now has none: the attempt records it.
    """
    kinds: dict[str, str] = {}
    with changing():
        rows = Webhook.objects.filter(quo_id__in=[data.id for data in listed])
        known = {row.quo_id: row for row in rows}
        open_attempts = list(Attempt.objects.open())
        new = [
            data
            for data in listed
            if data.id not in known and not _is_being_created(data, open_attempts)
        ]
        drift.mark_new(store_new(new, now=requested_at, **drift.new()), actor=actor)
        kinds |= {data.id: Drift.NOT_CREATED_HERE for data in new}
        now = clock.now()
        for data in listed:
            here = known.get(data.id)
            if here and _is_newer(here, requested_at, now=now):
                kinds[data.id] = ""
            elif here:
                kinds[data.id] = _record_known(here, data, actor=actor, requested_at=requested_at)
    return kinds


def _is_newer(here: Webhook, requested_at: datetime, *, now: datetime) -> bool:
    """Whether our row is newer than a list that was requested then."""
    moments = (here.last_seen_at, here.missing_since or here.last_seen_at)
    return any(moment > requested_at and not clock.is_future(moment, now=now) for moment in moments)


def _record_known(here: Webhook, data: WebhookData, *, actor: str, requested_at: datetime) -> str:
    kind, found = compare.differences(here, data)
    webhook = store(data, now=requested_at)
    if kind:
        drift.mark(webhook, kind, found, actor=actor)
    return kind


def _is_being_created(data: WebhookData, open_attempts: list[Attempt]) -> bool:
    alike = match_key_of_webhook(data) if open_attempts else None
    return any(
        match_key_of_payload(attempt.payload) == alike
        and Candidate(data).may_be_of(attempt.started_at)
        for attempt in open_attempts
    )


def _words(member_id: str) -> str:
    member = Member.objects.filter(quo_id=member_id).first()
    return f"webhooks of {member or member_id}"


def _shown() -> list[Shown]:
    every = reverse("webhooks:list")
    return [
        Shown("webhooks", every, "Webhooks created in the Quo app are not included."),
        Shown(COUNTED[""], "", "No differences."),
        *(Shown(COUNTED[kind], f"{every}?drift={kind.value}", why) for kind, why in WHY.items()),
    ]


WEBHOOKS = Part("webhooks", members, _words, read, find_missing, "members", _shown)
