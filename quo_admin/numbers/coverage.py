"""Coverage: which webhooks receive which events of which numbers, now or on a past day.

The database works out states for filters and counts, Python the cells of a page. A test compares
both with one slow and obvious implementation of the same rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from quo_admin.numbers.models import Note
from quo_admin.quo import spec
from quo_admin.webhooks.models import Subscription, Webhook
from quo_admin.workspace.models import Number

EVENTS = {"received": spec.MessageEvent.RECEIVED, "delivered": spec.MessageEvent.DELIVERED}
STAR = spec.ALL_PHONE_NUMBERS
NO_END = datetime(9999, 1, 1, tzinfo=UTC)  # of a webhook that still exists


class State:
    """The coverage of one event of one number. The first state that applies is the state."""

    DUPLICATED = "duplicated"  # two webhooks send it to the same endpoint
    COVERED = "covered"  # by a webhook that names the number
    ALL_NUMBERS = "all-numbers"  # only by webhooks on all numbers
    NOTED = "noted"  # by a webhook in the Quo app, according to a note
    ONLY_DISABLED = "only-disabled"
    NOT_COVERED = "not-covered"


GAPS = (State.NOT_COVERED, State.ONLY_DISABLED)


Life = tuple[str, datetime, datetime]  # of a webhook: its endpoint hash, start and end


@dataclass(frozen=True)
class Day:
    """A day (UTC). Coverage on a day includes what existed at any time of it."""

    day: date

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.day, time.min, UTC)

    @property
    def ends(self) -> datetime:
        return self.begins + timedelta(days=1)


@dataclass(frozen=True)
class CoveringWebhook:
    """A webhook that covers an event of a number, or would if it were enabled.

    ``uncertain``: it may have been deleted before the requested day. It was last seen before that
    day, and found missing on it or later.
    """

    webhook: Webhook
    by_name: bool
    uncertain: bool = False


@dataclass(frozen=True)
class Cell:
    """One event of one number. ``uncertain``: the state depends on an uncertain webhook."""

    state: str
    webhooks: list[CoveringWebhook] = field(default_factory=list)
    note: Note | None = None
    uncertain: bool = False

    @property
    def hosts(self) -> dict[str, bool]:
        """The hosts, webhooks of this number first, each with whether it is certain."""
        hosts: dict[str, bool] = {}
        for covering in self.webhooks:
            host = covering.webhook.host or str(covering.webhook)
            hosts[host] = hosts.get(host, False) or not covering.uncertain
        return hosts

    @property
    def uncertain_webhook(self) -> Webhook | None:
        """The uncertain webhook that the state depends on, if there is one."""
        if not self.uncertain:
            return None
        return next((each.webhook for each in self.webhooks if each.uncertain), None)


def existing(on: Day | None, *, prefix: str = "") -> Q:
    """Return the condition for webhooks that exist now, or may have existed on a day.

    A webhook that was deleted here, or whose deletion Quo dated, existed until then. One that a
    sync found missing was deleted at some time since it was last seen, so it may have existed.
    """
    gone = f"{prefix}missing_since"
    if on is None:
        return Q(**{f"{gone}__isnull": True, f"{prefix}deleted_at__isnull": True})
    ended = Q(**{f"{prefix}deleted_at__lt": on.begins}) | Q(
        **{f"{gone}__lt": on.begins, f"{prefix}deleted_at__isnull": True}
    )
    return Q(**{f"{prefix}created_or_seen_at__lt": on.ends}) & ~ended


def is_uncertain(webhook: Webhook, on: Day | None) -> bool:
    """Whether a webhook may have been deleted before that day, outside Quo Admin."""
    if on is None or webhook.missing_since is None or webhook.deleted_by or webhook.deleted_at:
        return False
    return webhook.last_seen_at < on.begins


def known_on(on: Day | None) -> QuerySet[Number]:
    """Return the company's numbers now, or on a day, as far as we know."""
    if on is None:
        return Number.objects.current()
    since = Coalesce("created_at", "first_seen_at")
    return (
        Number.objects.annotate(since=since)
        .filter(since__lt=on.ends)
        .filter(Q(missing_since=None) | Q(missing_since__gte=on.begins))
    )


def with_states(numbers: QuerySet[Number], on: Day | None = None) -> QuerySet[Number]:
    """Annotate each number with its state of each event, as ``received`` and ``delivered``."""
    states = {name: _state(event, on) for name, event in EVENTS.items()}
    return numbers.annotate(**states)


def cells(numbers: Sequence[Number], on: Day | None = None) -> dict[str, dict[str, Cell]]:
    """Return the cells of each number ID by the names of EVENTS, in three queries."""
    ids = [number.quo_id for number in numbers]
    covering: dict[tuple[str, str], list[CoveringWebhook]] = defaultdict(list)
    rows = _rows(on).filter(resource_id__in=[*ids, STAR], event__in=EVENTS.values())
    for row in (
        rows.select_related("webhook").defer("webhook__key_sealed").order_by("webhook__host")
    ):
        by_name = row.resource_id != STAR
        uncertain = is_uncertain(row.webhook, on)
        covering[row.resource_id, row.event].append(
            CoveringWebhook(row.webhook, by_name=by_name, uncertain=uncertain)
        )
    notes = {(n.number_id, n.event): n for n in _notes(on).filter(number_id__in=ids)}
    return {
        id: {
            name: _cell([*covering[id, event], *covering[STAR, event]], notes.get((id, event)))
            for name, event in EVENTS.items()
        }
        for id in ids
    }


def state_of(webhooks: Sequence[CoveringWebhook], *, noted: bool) -> str:
    """Return the state that these webhooks give. ``_state`` has the same rules in SQL."""
    sending = [each for each in webhooks if each.webhook.status == spec.Status.ENABLED]
    if _is_duplicated(_life(each.webhook) for each in sending):
        return State.DUPLICATED
    if any(each.by_name for each in sending):
        return State.COVERED
    if sending:
        return State.ALL_NUMBERS
    if noted:
        return State.NOTED
    return State.ONLY_DISABLED if webhooks else State.NOT_COVERED


def _life(webhook: Webhook) -> Life:
    return (
        webhook.endpoint_hash,
        webhook.created_or_seen_at,
        webhook.deleted_at or webhook.missing_since or NO_END,
    )


def _is_duplicated(lives: Iterable[Life]) -> bool:
    """Whether an endpoint had two webhooks at the same time, not one after the other."""
    until: dict[str, datetime] = {}  # by endpoint: the end of the last webhook so far
    for endpoint, created, ended in sorted(lives, key=lambda life: life[1]):
        if endpoint and created < until.get(endpoint, created):
            return True
        until[endpoint] = ended
    return False


def _cell(webhooks: list[CoveringWebhook], note: Note | None) -> Cell:
    noted = note is not None
    state = state_of(webhooks, noted=noted)
    certain = state_of([each for each in webhooks if not each.uncertain], noted=noted)
    enabled = [each for each in webhooks if each.webhook.status == spec.Status.ENABLED]
    return Cell(
        state,
        enabled or webhooks,
        note if state == State.NOTED else None,
        uncertain=certain != state,
    )


def _rows(on: Day | None) -> QuerySet[Subscription]:
    return Subscription.objects.filter(existing(on, prefix="webhook__"))


def _notes(on: Day | None) -> QuerySet[Note]:
    return Note.objects.holding(*((on.begins, on.ends) if on else (None, None)))


def _state(event: str, on: Day | None) -> Case:
    """Return the state of one event, worked out by the database for each number."""
    rows = _rows(on).annotate(
        ended=Coalesce("webhook__deleted_at", "webhook__missing_since", NO_END)
    )
    stars = rows.filter(event=event, resource_id=STAR)
    everywhere = list(
        stars.values_list(
            "webhook__status", "webhook__endpoint_hash", "webhook__created_or_seen_at", "ended"
        )
    )
    lives = [
        (endpoint, *life) for status, endpoint, *life in everywhere if status == spec.Status.ENABLED
    ]
    any_star, any_sending_star = bool(everywhere), bool(lives)
    endpoints = {endpoint for endpoint, _, _ in lives if endpoint}

    named = rows.filter(event=event, resource_id=OuterRef("quo_id"))
    sending = named.filter(webhook__status=spec.Status.ENABLED)
    same_endpoint = rows.filter(
        event=event,
        webhook__status=spec.Status.ENABLED,
        webhook__endpoint_hash=OuterRef("webhook__endpoint_hash"),
    )
    by_star = Q(webhook__endpoint_hash__in=endpoints)
    if on:  # both existed on that day, but one may have replaced the other
        same_endpoint = same_endpoint.filter(
            webhook__created_or_seen_at__lt=OuterRef("ended"),
            ended__gt=OuterRef("webhook__created_or_seen_at"),
        )
        by_star &= Q(Exists(same_endpoint.filter(resource_id=STAR)))
    by_name = same_endpoint.filter(
        resource_id=OuterRef("resource_id"), webhook__gt=OuterRef("webhook")
    )
    twice = sending.exclude(webhook__endpoint_hash="").filter(Exists(by_name) | by_star)
    noted = _notes(on).filter(number_id=OuterRef("quo_id"), event=event)
    none = State.ONLY_DISABLED if any_star else State.NOT_COVERED
    return Case(
        When(Exists(twice) | _always(_is_duplicated(lives)), then=Value(State.DUPLICATED)),
        When(Exists(sending), then=Value(State.COVERED)),
        When(_always(any_sending_star), then=Value(State.ALL_NUMBERS)),
        When(Exists(noted), then=Value(State.NOTED)),
        When(Exists(named), then=Value(State.ONLY_DISABLED)),
        default=Value(none),
        output_field=CharField(),
    )


def _always(true: bool) -> Q:
    """Return a condition that holds for every row, or for none."""
    return Q(pk__isnull=not true)
