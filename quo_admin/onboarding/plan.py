"""The plan: which webhooks to create so that numbers reach an endpoint, row by row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from quo_admin.batches.existing import Existing, existing_webhooks, open_attempts
from quo_admin.batches.planned_row import Events, PlannedRow
from quo_admin.chunks import in_chunks
from quo_admin.onboarding import labels
from quo_admin.quo.types import NewMessageWebhook
from quo_admin.workspace.models import ShortNumber

Pack = tuple[Sequence[ShortNumber], Events]  # of one webhook
PARTLY = "This endpoint already receives the other events, or may receive them soon."


@dataclass(frozen=True)
class PlanRequest:
    """The planner's form, cleaned: what to cover, and how.

    Attributes:
        numbers: in the order of the input; repeated ones count once.
        packing: "each", "packed" or "group".
        cap: how many numbers a webhook may have if they are packed.
        pattern: of the labels; "" for none.
        member: the ID of the member, or None for the workspace owner.
    """

    numbers: Sequence[ShortNumber]
    events: Events
    url: str
    packing: str = "each"
    cap: int = 10
    pattern: str = ""
    member: str | None = None


@dataclass(frozen=True)
class Plan:
    """The webhooks to create as they are packed, then what is left out. Rows are made on demand:
    beside the form, thousands are only counted.
    """

    request: PlanRequest
    packs: list[Pack]
    left_out: list[PlannedRow]

    def rows(self) -> list[PlannedRow]:
        return [*self.created(), *self.left_out]

    def created(self) -> Iterator[PlannedRow]:
        for row, (numbers, events) in enumerate(self.packs, start=1):
            yield _row(self.request, numbers, events, row)

    @property
    def largest(self) -> NewMessageWebhook | None:
        """The first of the webhooks with the most numbers."""
        numbers, events = max(self.packs, key=lambda pack: len(pack[0]), default=((), ()))
        return _wanted(self.request, numbers, events, "") if numbers else None


def plan(request: PlanRequest) -> Plan:
    """Return what to create, and what to leave out.

    A number whose events the endpoint already receives is skipped, and its row names the webhook
    that sends them. If it receives only some, only the missing ones are created. What an unfinished
    attempt may still create is blocked: a second webhook would duplicate every message.
    """
    covered = existing_webhooks(request.url, request.events)
    unfinished = open_attempts(request.url)
    missing: list[tuple[ShortNumber, Events]] = []
    left_out: list[PlannedRow] = []
    for number in {number.quo_id: number for number in request.numbers}.values():
        if number.missing_since:
            why = "This number is no longer one of your numbers."
            left_out.append(_blocked(number, request.events, why))
            continue
        if not (covered.touches(number) or unfinished.touches(number)):
            missing.append((number, request.events))
            continue
        lacking = tuple(e for e in request.events if not covered.of(number, e))
        if not lacking:
            left_out.append(_skipped(number, request.events, covered))
        if started := tuple(e for e in lacking if unfinished.of(number, e)):
            names = unfinished.names(number, started)
            why = f"{names} is not finished and may create a webhook for it."
            left_out.append(_blocked(number, started, why))
        if events := tuple(e for e in lacking if e not in started):
            missing.append((number, events))
    return Plan(request, list(_packs(request, missing)), left_out)


def _blocked(number: ShortNumber, events: Events, why: str) -> PlannedRow:
    return PlannedRow([number], events, "", "blocked", why)


def _skipped(number: ShortNumber, events: Events, covered: Existing) -> PlannedRow:
    because = covered.of(number, events[0])
    why = covered.why(number, events)
    return PlannedRow([number], events, "", "skip", why, because[0] if because else "")


def _row(
    request: PlanRequest, numbers: Sequence[ShortNumber], events: Events, row: int
) -> PlannedRow:
    label = labels.label(request.pattern, numbers, row=row) if request.pattern else ""
    why = "" if events == request.events else PARTLY
    wanted = _wanted(request, numbers, events, label)
    return PlannedRow(numbers, events, label, "create", why, wanted=wanted)


def _wanted(
    request: PlanRequest, numbers: Sequence[ShortNumber], events: Events, label: str
) -> NewMessageWebhook:
    return NewMessageWebhook(
        label=label or None,
        url=request.url,
        events=events,
        resource_ids=tuple(number.quo_id for number in numbers),
        user_id=request.member,
    )


def _packs(request: PlanRequest, missing: Sequence[tuple[ShortNumber, Events]]) -> Iterator[Pack]:
    """Yield the numbers of each webhook. The numbers of a webhook miss the same events."""
    if request.packing == "each":
        yield from (([number], events) for number, events in missing)
        return
    by_group = request.packing == "group"

    def key(one: tuple[ShortNumber, Events]) -> tuple[str, Events]:
        return ((one[0].group_id or "") if by_group else "", one[1])

    for (_, events), ones in groupby(sorted(missing, key=key), key=key):
        numbers = [number for number, _ in ones]
        size = len(numbers) if by_group else request.cap
        yield from ((pack, events) for pack in in_chunks(numbers, size))
