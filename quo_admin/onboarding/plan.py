"""The plan: which webhooks to create so that numbers reach an address, row by row. Calls nobody."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from quo_admin.onboarding import labels
from quo_admin.quo import spec
from quo_admin.quo.types import NewMessageWebhook
from quo_admin.webhooks import rules
from quo_admin.webhooks.addresses import place_of
from quo_admin.webhooks.models import Attempt, Subscription
from quo_admin.workspace.models import Number

Events = tuple[spec.MessageEvent, ...]


@dataclass(frozen=True)
class Wish:
    """What a person wants to reach: the planner's form, cleaned.

    Attributes:
        numbers: in the order in which they were given; one that is repeated counts once.
        packing: "each", "packed" or "group".
        cap: how many numbers one webhook may have when they are packed.
        pattern: of the labels; empty for none.
        member: the id of the member, or None for the workspace's owner.
    """

    numbers: Sequence[Number]
    events: Events
    url: str
    packing: str = "each"
    cap: int = 10
    pattern: str = ""
    member: str | None = None


@dataclass(frozen=True)
class Row:
    """One row of the plan. ``wanted`` is None where nothing would be sent.

    Attributes:
        plan: "create", "skip" or "blocked".
        why: in words, where it is not "create", and where only some of the texts are missing.
        because: the id of the webhook that covers these numbers already.
    """

    numbers: Sequence[Number]
    events: Events
    label: str
    plan: str
    why: str = ""
    because: str = ""
    wanted: NewMessageWebhook | None = None


def plan(wish: Wish) -> list[Row]:
    """Return the rows: webhooks to create first as they are packed, then what is left out.

    A number whose texts reach the address already is skipped, naming the webhook that sends them.
    Of one whose texts reach it in part only the missing ones are asked for. What an attempt that
    has not ended may still bring about is blocked: to send it again might double every text.
    """
    covered, open_attempts = _covered(wish), _on_their_way(wish)
    missing: list[tuple[Number, Events]] = []
    left_out: list[Row] = []
    for number in {number.quo_id: number for number in wish.numbers}.values():
        if number.gone_at:
            left_out.append(_blocked(number, wish.events, "It has left the company."))
            continue
        lacking = tuple(e for e in wish.events if not covered.of(number, e))
        if not lacking:
            left_out.append(_skipped(number, wish.events, covered))
        if begun := tuple(e for e in lacking if open_attempts.of(number, e)):
            why = f"{open_attempts.named(number, begun)} has not ended yet and may send them there."
            left_out.append(_blocked(number, begun, why))
        if events := tuple(e for e in lacking if e not in begun):
            missing.append((number, events))
    packs = enumerate(_packs(wish, missing), start=1)
    return [_row(wish, numbers, events, n) for n, (numbers, events) in packs] + left_out


def broken_rules(wanted: Iterable[NewMessageWebhook]) -> list[rules.Finding]:
    """Return which house rules webhooks of one plan break: the largest breaks what any does.

    Doubled deliveries are none of it: the plan skips or blocks them.
    """
    largest = max(wanted, key=lambda each: len(each.resource_ids), default=None)
    spoken = rules.findings(largest) if largest else []
    return [each for each in spoken if each.rule != rules.Rule.DOUBLED]


def _blocked(number: Number, events: Events, why: str) -> Row:
    return Row([number], events, "", "blocked", why)


def _skipped(number: Number, events: Events, covered: "_Ways") -> Row:
    why = f"Its texts go there already, through {covered.named(number, events)}."
    because = covered.of(number, events[0])
    return Row([number], events, "", "skip", why, because[0] if because else "")


def _row(wish: Wish, numbers: Sequence[Number], events: Events, row: int) -> Row:
    label = labels.label(wish.pattern, numbers, row=row) if wish.pattern else ""
    wanted = NewMessageWebhook(
        label=label or None,
        url=wish.url,
        events=events,
        resource_ids=tuple(number.quo_id for number in numbers),
        user_id=wish.member,
    )
    why = "" if events == wish.events else "The other texts go there already, or may."
    return Row(numbers, events, label, "create", why, wanted=wanted)


def _packs(
    wish: Wish, missing: Sequence[tuple[Number, Events]]
) -> Iterator[tuple[list[Number], Events]]:
    """Yield the numbers of each webhook. Those of one webhook miss the same texts."""
    if wish.packing == "each":
        yield from (([number], events) for number, events in missing)
        return
    by_group = wish.packing == "group"

    def alike(one: tuple[Number, Events]) -> tuple[str, Events]:
        return ((one[0].group_id or "") if by_group else "", one[1])

    for (_, events), ones in groupby(sorted(missing, key=alike), key=alike):
        numbers = [number for number, _ in ones]
        size = len(numbers) if by_group else wish.cap
        yield from ((numbers[n : n + size], events) for n in range(0, len(numbers), size))


class _Ways:
    """By which way, an id and a name, an event of a number reaches the wanted place or may."""

    def __init__(self, ways: Iterable[tuple[str, str, tuple[str, str]]]) -> None:
        self._ways = {(resource_id, event): way for resource_id, event, way in ways}

    def of(self, number: Number, event: str) -> tuple[str, str] | None:
        star = self._ways.get((spec.ALL_PHONE_NUMBERS, event))
        return self._ways.get((number.quo_id, event), star)

    def named(self, number: Number, events: Events) -> str:
        found = (self.of(number, event) for event in events)
        return " and ".join(dict.fromkeys(way[1] for way in found if way))


def _covered(wish: Wish) -> _Ways:
    """Return the webhooks that send there already, the newest where there are several."""
    rows = (
        Subscription.objects.sending()
        .filter(place=place_of(wish.url), event__in=wish.events)
        .order_by("webhook__made_at", "webhook")
        .values_list("resource_id", "event", "webhook__quo_id", "webhook__label")
    )
    return _Ways((number, event, (id, f"“{label or id}”")) for number, event, id, label in rows)


def _on_their_way(wish: Wish) -> _Ways:
    """Return the attempts of which nobody knows yet whether they made a webhook to this place."""
    place = place_of(wish.url)
    attempts = Attempt.objects.open().order_by("pk").only("pk", "payload")
    return _Ways(
        (number, event, (str(attempt.pk), str(attempt).capitalize()))
        for attempt in attempts
        if place_of(attempt.payload["url"]) == place
        and attempt.payload["status"] == spec.Status.ENABLED
        for number in attempt.payload["resourceIds"]
        for event in attempt.payload["events"]
    )
