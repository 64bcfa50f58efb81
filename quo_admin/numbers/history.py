"""What a number's page shows: its coverage now or on a day, and its history."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.html import format_html

from quo_admin.audit.models import Entry
from quo_admin.batches.models import Batch, BatchRow
from quo_admin.numbers import history_chart
from quo_admin.numbers.coverage import EVENTS, STAR, Cell, CoveringWebhook
from quo_admin.numbers.coverage import State as CellState
from quo_admin.numbers.coverage_now import cells_of
from quo_admin.numbers.day import Day, known_on
from quo_admin.numbers.gaps import HOME_REGION
from quo_admin.numbers.grid import STATES, marks, may_have_left, uncertainty
from quo_admin.numbers.models import Note
from quo_admin.quo import spec
from quo_admin.times import ago
from quo_admin.webhooks.models import Attempt, Subscription, Webhook
from quo_admin.webhooks.models.webhook import EVENT_WORDS
from quo_admin.webhooks.states import State
from quo_admin.webhooks.summary import MESSAGES, Part
from quo_admin.workspace.models import Member, Number

SPANS = 100  # webhooks in the history
NAMED = 20  # attempts and batches each
ENTRIES = 50  # of the audit log
REGIONS = {HOME_REGION: "the US", "CA": "Canada", "Intl": "other countries"}


@dataclass(frozen=True)
class Span:
    """One webhook of the number's history."""

    webhook: Webhook
    by_name: bool
    events: str

    @property
    def is_past(self) -> bool:
        return bool(self.webhook.missing_since or self.webhook.deleted_at)

    @property
    def start(self) -> str:
        known = self.webhook.created_at is not None
        return format_html("{}{}", "" if known else "Before ", ago(self.webhook.created_or_seen_at))

    @property
    def end(self) -> str:
        """When and how it ended; "" if it still exists."""
        webhook = self.webhook
        missing = ago(webhook.missing_since)
        if webhook.deleted_by:
            return format_html("{}, deleted by {}", missing, webhook.deleted_by)
        if webhook.deleted_at:
            return format_html("{}, deleted at Quo", ago(webhook.deleted_at))
        if webhook.missing_since:
            seen = ago(webhook.last_seen_at)
            return format_html("between {} (last seen) and {} (missing)", seen, missing)
        return ""

    @property
    def state(self) -> State:
        """Whether it sends, if it still exists."""
        if self.webhook.status == spec.Status.DISABLED:
            return State("off", "Disabled")
        return State("ok", "Active")


@dataclass(frozen=True)
class EventCoverage:
    """One event now or on a day: a sentence, and the webhooks behind it."""

    name: str
    cell: Cell
    sentence: list[Part]

    @property
    def label(self) -> str:
        return EVENT_WORDS[EVENTS[self.name]]

    @property
    def state(self) -> State:
        mark, label = STATES[self.cell.state]
        return State(mark, f"{label} (uncertain)" if self.cell.uncertain else label)

    @property
    def rows(self) -> list[tuple[CoveringWebhook, str]]:
        """The webhooks, each with what is uncertain about it, or ""."""
        return [
            (each, uncertainty(each.webhook) if each.uncertain else "")
            for each in self.cell.webhooks
        ]


def about(number: Number, on: Day | None) -> dict[str, Any]:
    """Return what a number's page shows. Audit entries are read only if the page shows them."""
    known = known_on(on).filter(pk=number.pk).exists()
    spans = list(_spans(number)[: SPANS + 1])
    attempts, batches = list(_attempts(number)[: NAMED + 1]), list(_batches(number)[: NAMED + 1])
    members = Member.objects.names(number.member_ids)
    return {
        "number": number,
        "members": [(id, members.get(id)) for id in number.member_ids],
        "marks": marks(number, now=timezone.now()) if number.missing_since is None else [],
        "regions": [REGIONS.get(region, region) for region in number.no_messaging_to],
        "known": known,
        "may_have_left": may_have_left(number, on),
        "coverage": _coverage(number, on) if known else [],
        "spans": _with_events(number, spans[:SPANS]),
        "more": len(spans) > SPANS,
        "chart": history_chart.draw(
            number, spans[:SPANS], now=timezone.now(), complete=len(spans) <= SPANS
        ),
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


def _coverage(number: Number, on: Day | None) -> list[EventCoverage]:
    return [
        EventCoverage(name, cell, sentence(number, name, cell, on))
        for name, cell in cells_of(number, on).items()
    ]


def sentence(number: Number, name: str, cell: Cell, on: Day | None) -> list[Part]:
    """Return the sentence for one event: where its messages are sent now, or were on a day."""
    start = [Part(MESSAGES[(EVENTS[name],)]), Part(str(number), fact=True)]
    start += [Part(f" on {on.day.day} {on.day:%B %Y}")] if on else []
    be, would = ("were", "would have been") if on else ("are", "would be")
    if cell.state in (CellState.NOT_COVERED, CellState.NOTED):
        noted = (
            f"; {cell.note.given_by} noted that a webhook in the Quo app covers them"
            if cell.note
            else ""
        )
        return [*start, Part(f" {be} not covered by any webhook{noted}.")]
    certain = any(cell.hosts.values())
    possibly = "" if certain else " possibly"
    hosts = _hosts(cell, mark_uncertain=certain)
    if cell.state == CellState.ONLY_DISABLED:
        end = ", but the webhook is disabled."
        return [*start, Part(f" {would}{possibly} sent to "), *hosts, Part(end)]
    twice = ", twice."
    end = twice if cell.state == CellState.DUPLICATED else "."
    return [*start, Part(f" {be}{possibly} sent to "), *hosts, Part(end)]


def _hosts(cell: Cell, *, mark_uncertain: bool) -> list[Part]:
    parts: list[Part] = []
    for place, (host, certain) in enumerate(cell.hosts.items()):
        last = place == len(cell.hosts) - 1
        parts += [Part(" and " if last else ", ")] if place else []
        parts += [Part("possibly ")] if mark_uncertain and not certain else []
        parts.append(Part(host, fact=True))
    return [*parts, Part(f" and {cell.more} more")] if cell.more else parts


def _spans(number: Number) -> QuerySet[Webhook]:
    """Return every webhook that ever covered the number, existing ones first, newest first."""
    rows = Subscription.objects.filter(
        resource_id__in=[number.quo_id, STAR], event__in=EVENTS.values()
    )
    webhooks = Webhook.objects.filter(pk__in=rows.values("webhook"))
    return webhooks.defer("key_sealed").order_by(
        F("missing_since").desc(nulls_first=True), "-created_or_seen_at", "-pk"
    )


def _with_events(number: Number, webhooks: list[Webhook]) -> list[Span]:
    return [
        Span(one, number.quo_id in (one.resource_ids or ()), one.event_list) for one in webhooks
    ]


def _naming(rows: QuerySet[Any], column: str, number: Number) -> QuerySet[Any]:
    """Return the rows whose JSON column contains the number's ID."""
    found: QuerySet[Any] = rows.annotate(as_text=Cast(column, TextField()))
    return found.filter(as_text__contains=f'"{number.quo_id}"')


def _attempts(number: Number) -> QuerySet[Attempt]:
    return _naming(Attempt.objects.all(), "payload", number).order_by("-pk")


def _batches(number: Number) -> QuerySet[Batch]:
    items = _naming(BatchRow.objects.all(), "numbers", number)
    return Batch.objects.filter(pk__in=items.values("batch")).order_by("-pk")
