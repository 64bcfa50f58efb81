"""Reconciling attempts whose outcome is unknown: look at Quo, never send again.

One look lists the webhooks of one member. A webhook that matches an open attempt of that member,
was created at the time and belongs to no other attempt is the attempt's webhook.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction

from quo_admin import clock
from quo_admin.database_outage import UNAVAILABLE
from quo_admin.quo import connect, retry
from quo_admin.quo.exceptions import QuoError, QuoRefused
from quo_admin.quo.types import WebhookData
from quo_admin.webhooks.changes import changing
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.reconcile import outcomes
from quo_admin.webhooks.reconcile.matching import (
    Candidate,
    MatchKey,
    match_key_of_payload,
    match_key_of_webhook,
    pair,
)
from quo_admin.webhooks.store import store
from quo_admin.workspace.models import Member

log = logging.getLogger(__name__)
State = Attempt.State
QUO_DOWN_PAUSE_S = 30


class NotReconciled(Exception):
    """Quo could not be reached, or rejected the request. Nothing is known yet. The text is for the
    user.
    """


def check_at_quo(*, member: str | None, actor: str, policy: retry.Policy = retry.ONCE) -> None:
    """List one member's webhooks at Quo, and reconcile the attempts that they explain.

    Args:
        member: the ID in the attempts, or None for the workspace owner.
        actor: for the audit log: a username, "worker" or "command".

    Raises:
        NotReconciled: the list could not be read; the attempts are looked for again later.
    """
    requested_at = clock.now()
    try:
        listing = connect.client().list_webhooks(member, policy=policy)
    except QuoError as exc:
        _postpone(member, now=clock.now())
        refused = isinstance(exc, QuoRefused)
        raise NotReconciled(str(exc) if refused else f"Quo could not be reached. {exc}") from exc
    reconcile_with(listing, member=member, actor=actor, requested_at=requested_at)


def reconcile_with(
    listing: Iterable[WebhookData], *, member: str | None, actor: str, requested_at: datetime
) -> None:
    """Reconcile the open attempts of one member with a list that was requested at ``requested_at``.

    One at a time, so that only one of two processes can reconcile the same attempt.
    """
    alike: dict[MatchKey, list[WebhookData]] = defaultdict(list)
    for data in listing:
        alike[match_key_of_webhook(data)].append(data)
    with changing():
        groups: dict[MatchKey, list[Attempt]] = defaultdict(list)
        same_list = members_of_list(member)
        for attempt in Attempt.objects.to_reconcile(now=requested_at).order_by("started_at", "pk"):
            if attempt.member in same_list:
                groups[match_key_of_payload(attempt.payload)].append(attempt)
        for likeness, attempts in groups.items():
            # Attempts that were marked "not created" and sent again come last: a new webhook is the
            # new one's.
            attempts.sort(key=lambda attempt: attempt.state == State.NOT_CREATED)
            try:
                with transaction.atomic():
                    _reconcile_group(
                        attempts, alike[likeness], actor=actor, requested_at=requested_at
                    )
            except UNAVAILABLE:
                raise  # the others would fail as well
            except DatabaseError:  # one that cannot be stored must not stop the others
                log.exception("Attempts %s cannot be reconciled", [each.pk for each in attempts])


def members_of_list(member: str | None) -> set[str | None]:
    """Return the member IDs of attempts in this list. Without an ID, an attempt is the owner's."""
    owner = Member.objects.current().filter(role="owner").values_list("quo_id", flat=True).first()
    return {None, owner} if member in {None, owner} else {member}


def reconcile_next() -> bool:
    """Reconcile the attempt that has waited longest, if one is due. The worker's job."""
    attempt = Attempt.objects.take_due(now=clock.now())
    if attempt is None:
        return False
    try:
        check_at_quo(member=attempt.member, actor="worker")
    except NotReconciled:
        return False  # it is postponed already, and so are the others of this member
    return True


def decide(*, attempt: Attempt, quo_id: str | None, actor: str) -> None:
    """Let a person decide which candidate the attempt created, or that it created none.

    Raises:
        NotReconciled: it was reconciled meanwhile, or the candidate belongs to another attempt.
    """
    with changing():
        attempt.refresh_from_db()
        if attempt.state != State.UNKNOWN or not attempt.candidates:
            raise NotReconciled("Somebody else has already reconciled this attempt.")
        if quo_id is None:
            # keeps its candidates, so that none of them is matched to it later
            outcomes.give_up(attempt, actor=actor)
            return
        free = Webhook.objects.filter(quo_id__in=attempt.candidates, attempt__isnull=True)
        webhook = next((webhook for webhook in free if webhook.quo_id == quo_id), None)
        if webhook is None:
            raise NotReconciled("This webhook already belongs to another attempt.")
        outcomes.mark_found(attempt, webhook, actor=actor)


def _reconcile_group(
    attempts: list[Attempt], listed: list[WebhookData], *, actor: str, requested_at: datetime
) -> None:
    """Reconcile equal attempts with the webhooks that match them."""
    if any(attempt.is_in_flight(now=requested_at) for attempt in attempts):
        return  # a listed webhook may be the one that is being created right now
    candidates = _candidates(listed)
    started = [
        None if attempt.is_future(now=requested_at) else attempt.started_at for attempt in attempts
    ]
    pairing = pair(started, candidates)
    for data in pairing.unclear:
        store(data)
    for place, attempt in enumerate(attempts):
        if place in pairing.pairs:
            outcomes.mark_found(attempt, store(pairing.pairs[place]), actor=actor)
        elif attempt.state == State.NOT_CREATED:
            continue
        elif pairing.unclear:
            outcomes.leave_to_a_user(attempt, pairing.unclear, actor=actor)
        else:
            # Created at another time, as far as the clocks are right.
            doubtful = [each.data for each in candidates if each.is_new_to(started[place])]
            outcomes.check_again_or_give_up(
                attempt, doubtful, requested_at=requested_at, actor=actor
            )


def _candidates(listed: list[WebhookData]) -> list[Candidate]:
    """Return the webhooks without an attempt, each with since when we know it."""
    known = Webhook.objects.filter(quo_id__in=[data.id for data in listed])
    since = {webhook.quo_id: webhook.first_seen_at for webhook in known}
    taken = set(known.filter(attempt__isnull=False).values_list("quo_id", flat=True))
    return [Candidate(data, since.get(data.id)) for data in listed if data.id not in taken]


def _postpone(member: str | None, *, now: datetime) -> None:
    """Postpone the due attempts of a member: Quo is down, and a look for each would not help."""
    again = now + timedelta(seconds=QUO_DOWN_PAUSE_S)
    due = Attempt.objects.open().filter(next_check_at__lte=now)
    mine = [attempt.pk for attempt in due if attempt.member == member]
    due.filter(pk__in=mine).update(next_check_at=again, lease_until=None)
