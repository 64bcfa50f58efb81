"""Coverage: which events of which number reach which webhooks, now or on a past day.

The database is asked for filters and counts, Python works out the cells of a page; a test holds
both to one slow and obvious reading of the same rules.
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
EVER = datetime(9999, 1, 1, tzinfo=UTC)  # the end of what has none


class State:
    """What can be said of one event of one number, the worst first that holds."""

    DOUBLED = "doubled"  # two webhooks send it to the same place
    REACHES = "reaches"  # a webhook that names the number sends it somewhere
    ALL = "all"  # only webhooks on all numbers do
    NOTED = "noted"  # nothing here, but somebody noted a webhook of the app
    DISABLED = "disabled"  # there is a webhook, and it sends nothing
    NONE = "none"


GAPS = (State.NONE, State.DISABLED)


Life = tuple[str, datetime, datetime]  # of a webhook: its place, when it was made, when it ended


@dataclass(frozen=True)
class Day:
    """A day of UTC, as coverage is asked for it: what was there at any moment of it."""

    day: date

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.day, time.min, UTC)

    @property
    def ends(self) -> datetime:
        return self.begins + timedelta(days=1)


@dataclass(frozen=True)
class Way:
    """One webhook that an event of a number goes to, or would if it were enabled.

    ``perhaps``: on the day that was asked for it may have been gone already. It was last seen
    before that day, and missed on it or later.
    """

    webhook: Webhook
    by_name: bool
    perhaps: bool = False


@dataclass(frozen=True)
class Cell:
    """One event of one number. ``unsure``: a webhook that decides it may have been gone already."""

    state: str
    ways: list[Way] = field(default_factory=list)
    note: Note | None = None
    unsure: bool = False

    @property
    def hosts(self) -> list[str]:
        """The endpoints, those of webhooks on this number first."""
        return list(self.surely)

    @property
    def surely(self) -> dict[str, bool]:
        """The hosts, and of each whether a webhook that was surely there sends to it."""
        told: dict[str, bool] = {}
        for way in self.ways:
            host = way.webhook.host or str(way.webhook)
            told[host] = told.get(host, False) or not way.perhaps
        return told

    @property
    def doubt(self) -> Webhook | None:
        """A webhook that may have been gone already, where that would make another state."""
        return next((way.webhook for way in self.ways if way.perhaps and self.unsure), None)


def there(on: Day | None, *, prefix: str = "") -> Q:
    """Return which webhooks are there now, or may have been on a day.

    One that was deleted here, or whose end Quo told, was there until then. One that a sync
    missed went between when it was last seen and when it was missed, so until then it may be.
    """
    gone = f"{prefix}missing_since"
    if on is None:
        return Q(**{f"{gone}__isnull": True, f"{prefix}deleted_at__isnull": True})
    ended = Q(**{f"{prefix}deleted_at__lt": on.begins}) | Q(
        **{f"{gone}__lt": on.begins, f"{prefix}deleted_at__isnull": True}
    )
    return Q(**{f"{prefix}created_or_seen_at__lt": on.ends}) & ~ended


def perhaps(webhook: Webhook, on: Day | None) -> bool:
    """Say whether it may have been gone on that day already. Nobody deleted it here."""
    if on is None or webhook.missing_since is None or webhook.deleted_by or webhook.deleted_at:
        return False
    return webhook.last_seen_at < on.begins


def known_on(on: Day | None) -> QuerySet[Number]:
    """Return the company's numbers, or those that it had on a day, as far as we know."""
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
    """Return for each number's id its cells by the names of EVENTS, in three queries."""
    ids = [number.quo_id for number in numbers]
    ways: dict[tuple[str, str], list[Way]] = defaultdict(list)
    rows = _rows(on).filter(resource_id__in=[*ids, STAR], event__in=EVENTS.values())
    for row in (
        rows.select_related("webhook").defer("webhook__key_sealed").order_by("webhook__host")
    ):
        by_name = row.resource_id != STAR
        way = Way(row.webhook, by_name=by_name, perhaps=perhaps(row.webhook, on))
        ways[row.resource_id, row.event].append(way)
    notes = {(n.number_id, n.event): n for n in _notes(on).filter(number_id__in=ids)}
    return {
        id: {
            name: _cell([*ways[id, event], *ways[STAR, event]], notes.get((id, event)))
            for name, event in EVENTS.items()
        }
        for id in ids
    }


def state_of(ways: Sequence[Way], *, noted: bool) -> str:
    """Return what these ways together mean. The same rules as ``_state`` asks the database."""
    sending = [way for way in ways if way.webhook.status == spec.Status.ENABLED]
    if _is_doubled(_life(way.webhook) for way in sending):
        return State.DOUBLED
    if any(way.by_name for way in sending):
        return State.REACHES
    if sending:
        return State.ALL
    if noted:
        return State.NOTED
    return State.DISABLED if ways else State.NONE


def _life(webhook: Webhook) -> Life:
    return (
        webhook.endpoint_hash,
        webhook.created_or_seen_at,
        webhook.deleted_at or webhook.missing_since or EVER,
    )


def _is_doubled(lives: Iterable[Life]) -> bool:
    """Say whether a place had two webhooks at once: one that replaced another doubled nothing."""
    until: dict[str, datetime] = {}  # by place: when the last of those made so far ended
    for place, made, ended in sorted(lives, key=lambda life: life[1]):
        if place and made < until.get(place, made):
            return True
        until[place] = ended
    return False


def _cell(ways: list[Way], note: Note | None) -> Cell:
    state = state_of(ways, noted=note is not None)
    sure = state_of([way for way in ways if not way.perhaps], noted=note is not None)
    shown = [way for way in ways if way.webhook.status == spec.Status.ENABLED] or ways
    return Cell(state, shown, note if state == State.NOTED else None, unsure=sure != state)


def _rows(on: Day | None) -> QuerySet[Subscription]:
    return Subscription.objects.filter(there(on, prefix="webhook__"))


def _notes(on: Day | None) -> QuerySet[Note]:
    return Note.objects.holding(*((on.begins, on.ends) if on else (None, None)))


def _state(event: str, on: Day | None) -> Case:
    """Return the state of one event, worked out for each number by the database."""
    rows = _rows(on).annotate(ended=Coalesce("webhook__deleted_at", "webhook__missing_since", EVER))
    stars = rows.filter(event=event, resource_id=STAR)
    everywhere = list(
        stars.values_list(
            "webhook__status", "webhook__endpoint_hash", "webhook__created_or_seen_at", "ended"
        )
    )
    lives = [(place, *life) for status, place, *life in everywhere if status == spec.Status.ENABLED]
    any_star, any_sending_star = bool(everywhere), bool(lives)
    told = {place for place, _, _ in lives if place}

    named = rows.filter(event=event, resource_id=OuterRef("quo_id"))
    sending = named.filter(webhook__status=spec.Status.ENABLED)
    same_place = rows.filter(
        event=event,
        webhook__status=spec.Status.ENABLED,
        webhook__endpoint_hash=OuterRef("webhook__endpoint_hash"),
    )
    by_star = Q(webhook__endpoint_hash__in=told)
    if on:  # both were there on that day, but one may have replaced the other
        same_place = same_place.filter(
            webhook__created_or_seen_at__lt=OuterRef("ended"),
            ended__gt=OuterRef("webhook__created_or_seen_at"),
        )
        by_star &= Q(Exists(same_place.filter(resource_id=STAR)))
    by_name = same_place.filter(
        resource_id=OuterRef("resource_id"), webhook__gt=OuterRef("webhook")
    )
    twice = sending.exclude(webhook__endpoint_hash="").filter(Exists(by_name) | by_star)
    noted = _notes(on).filter(number_id=OuterRef("quo_id"), event=event)
    none = State.DISABLED if any_star else State.NONE
    return Case(
        When(Exists(twice) | _always(_is_doubled(lives)), then=Value(State.DOUBLED)),
        When(Exists(sending), then=Value(State.REACHES)),
        When(_always(any_sending_star), then=Value(State.ALL)),
        When(Exists(noted), then=Value(State.NOTED)),
        When(Exists(named), then=Value(State.DISABLED)),
        default=Value(none),
        output_field=CharField(),
    )


def _always(true: bool) -> Q:
    """Return a condition that holds for every row, or for none."""
    return Q(pk__isnull=not true)
