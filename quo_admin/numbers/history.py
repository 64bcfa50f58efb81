"""One number: where its messages are or were sent, and what refers to it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from quo_admin.audit.models import Entry
from quo_admin.batches.models import Batch, BatchRow
from quo_admin.numbers import coverage
from quo_admin.numbers.coverage import EVENTS, STAR, Cell, Day, State
from quo_admin.numbers.gaps import HOME_REGION
from quo_admin.numbers.grid import marks, perhaps_left
from quo_admin.numbers.models import Note
from quo_admin.quo import spec
from quo_admin.webhooks.models import Attempt, Subscription, Webhook
from quo_admin.webhooks.summary import MESSAGES, Part
from quo_admin.workspace.models import Member, Number

SPANS = 100  # webhooks through time; a page of thousands helps nobody
NAMED = 20  # attempts, batches
ENTRIES = 50  # of the audit log
REGIONS = {HOME_REGION: "the US", "CA": "Canada", "Intl": "other countries"}


@dataclass(frozen=True)
class Span:
    """One webhook that the number sends to, and the period for which that is known."""

    webhook: Webhook
    by_name: bool
    events: str


@dataclass(frozen=True)
class Answer:
    """One event on a day, or now: a sentence, and the webhooks that it rests on."""

    name: str
    cell: Cell
    sentence: list[Part]


def about(number: Number, on: Day | None) -> dict[str, Any]:
    """Return what a number's page shows. The audit log is read only if the template asks for it."""
    here = coverage.known_on(on).filter(pk=number.pk).exists()
    spans = list(_spans(number)[: SPANS + 1])
    attempts, batches = list(_attempts(number)[: NAMED + 1]), list(_batches(number)[: NAMED + 1])
    members = Member.objects.in_bulk(number.member_ids, field_name="quo_id")
    return {
        "number": number,
        "members": [(id, members.get(id)) for id in number.member_ids],
        "marks": marks(number, now=timezone.now()) if number.missing_since is None else [],
        "regions": [REGIONS.get(region, region) for region in number.no_messaging_to],
        "here": here,
        "perhaps_left": perhaps_left(number, on),
        "answers": _answers(number, on) if here else [],
        "spans": _told(number, spans[:SPANS]),
        "more": len(spans) > SPANS,
        "notes": Note.objects.filter(number_id=number.quo_id).order_by("-given_at", "-pk"),
        "attempts": attempts[:NAMED],
        "batches": batches[:NAMED],
        "more_named": " and ".join(
            word
            for word, named in (("batches", batches), ("attempts", attempts))
            if len(named) > NAMED
        ),
        "entries": Entry.objects.filter(target=number.quo_id).newest_first()[:ENTRIES],
    }


def _answers(number: Number, on: Day | None) -> list[Answer]:
    cells = coverage.cells([number], on)[number.quo_id]
    return [Answer(name, cell, answer(number, name, cell, on)) for name, cell in cells.items()]


def answer(number: Number, name: str, cell: Cell, on: Day | None) -> list[Part]:
    """Return a sentence: where messages of one event are sent now, or were on a day."""
    began = [Part(MESSAGES[(EVENTS[name],)]), Part(str(number), fact=True)]
    began += [Part(f" on {on.day.day} {on.day:%B %Y}")] if on else []
    be, would = ("were", "would have been") if on else ("are", "would be")
    if cell.state in (State.NONE, State.NOTED):
        noted = f"; {cell.note.given_by} noted one in the Quo app" if cell.note else ""
        return [*began, Part(f" {be} not covered by any webhook{noted}.")]
    surely = any(cell.surely.values())
    perhaps = "" if surely else " possibly"
    hosts = _hosts(cell, say_perhaps=surely)
    if cell.state == State.DISABLED:
        end = ", but the webhook is disabled."
        return [*began, Part(f" {would}{perhaps} sent to "), *hosts, Part(end)]
    twice = ", twice."
    end = twice if cell.state == State.DOUBLED else "."
    return [*began, Part(f" {be}{perhaps} sent to "), *hosts, Part(end)]


def _hosts(cell: Cell, *, say_perhaps: bool) -> list[Part]:
    parts: list[Part] = []
    for place, (host, sure) in enumerate(cell.surely.items()):
        last = place == len(cell.surely) - 1
        parts += [Part(" and " if last else ", ")] if place else []
        parts += [Part("possibly ")] if say_perhaps and not sure else []
        parts.append(Part(host, fact=True))
    return parts


def _spans(number: Number) -> QuerySet[Webhook]:
    """Return every webhook that it was named by or on all numbers, here and gone, newest first."""
    rows = Subscription.objects.filter(
        resource_id__in=[number.quo_id, STAR], event__in=EVENTS.values()
    )
    webhooks = Webhook.objects.filter(pk__in=rows.values("webhook"))
    return webhooks.defer("key_sealed").order_by(
        F("missing_since").desc(nulls_first=True), "-created_or_seen_at", "-pk"
    )


def _told(number: Number, webhooks: list[Webhook]) -> list[Span]:
    words = {event: name for name, event in EVENTS.items()}
    return [
        Span(
            webhook,
            number.quo_id in (webhook.resource_ids or ()),
            ", ".join(words[e] for e in spec.MessageEvent if e in (webhook.events or ())),
        )
        for webhook in webhooks
    ]


def _naming(rows: QuerySet[Any], column: str, number: Number) -> QuerySet[Any]:
    """Return the rows of whose JSON one text is the number's id."""
    told: QuerySet[Any] = rows.annotate(told=Cast(column, TextField()))
    return told.filter(told__contains=f'"{number.quo_id}"')


def _attempts(number: Number) -> QuerySet[Attempt]:
    return _naming(Attempt.objects.all(), "payload", number).order_by("-pk")


def _batches(number: Number) -> QuerySet[Batch]:
    items = _naming(BatchRow.objects.all(), "numbers", number)
    return Batch.objects.filter(pk__in=items.values("batch")).order_by("-pk")
