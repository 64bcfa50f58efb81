"""Coverage as it is now, from the stored rows. See ``update.py`` for how they are kept."""

from collections.abc import Sequence
from dataclasses import replace

from quo_admin.numbers.coverage import EVENTS, SENDING, STAR, Cell, CoveringWebhook, State, hosts_of
from quo_admin.numbers.coverage_cells import cells
from quo_admin.numbers.coverage_filters import ENABLED
from quo_admin.numbers.day import Day, is_uncertain, notes_on, subscriptions_on
from quo_admin.numbers.models import Coverage
from quo_admin.workspace.models import Number

NAMED_SHOWN, STARS_SHOWN = 100, 10  # webhooks of one number, and those on all numbers


def stored_cells(numbers: Sequence[Number]) -> dict[str, dict[str, Cell]]:
    """Return the cells of each number ID by the names of EVENTS, in two queries.

    The hosts are those of webhooks that name the number.
    """
    names = {event.value: name for name, event in EVENTS.items()}
    ids = [number.quo_id for number in numbers]
    notes = {(n.number_id, n.event): n for n in notes_on(None).filter(number_id__in=ids)}
    cells = {id: {name: Cell(State.NOT_COVERED) for name in EVENTS} for id in ids}
    for row in Coverage.objects.filter(number__in=ids):
        hosts = {} if row.state == State.ALL_NUMBERS else dict.fromkeys(row.hosts, True)
        note = notes.get((row.number_id, row.event)) if row.state == State.NOTED else None
        cells[row.number_id][names[row.event]] = Cell(
            row.state, hosts, row.more if hosts else 0, note
        )
    return cells


def cells_of(number: Number, on: Day | None) -> dict[str, Cell]:
    """Return the cells of one number, now or on a day, each with the first webhooks behind it."""
    found = (cells([number], on) if on else stored_cells([number]))[number.quo_id]
    return {name: _with_webhooks(number, EVENTS[name], cell, on) for name, cell in found.items()}


def _with_webhooks(number: Number, event: str, cell: Cell, on: Day | None) -> Cell:
    rows = subscriptions_on(on).filter(event=event).select_related("webhook").order_by("webhook")
    if cell.state in SENDING:
        rows = rows.filter(ENABLED)
    rows = rows.defer("webhook__key_sealed")
    named = list(rows.filter(resource_id=number.quo_id)[: NAMED_SHOWN + 1])
    stars = list(rows.filter(resource_id=STAR)[: STARS_SHOWN + 1])
    more = max(len(named) - NAMED_SHOWN, 0)
    if len(stars) > STARS_SHOWN:
        more += rows.filter(resource_id=STAR).count() - STARS_SHOWN
    webhooks = [
        CoveringWebhook(
            row.webhook, by_name=row.resource_id != STAR, uncertain=is_uncertain(row.webhook, on)
        )
        for row in [*named[:NAMED_SHOWN], *stars[:STARS_SHOWN]]
    ]
    hosts = hosts_of((each.host, not each.uncertain) for each in webhooks)
    return replace(cell, webhooks=webhooks, hosts=hosts, more=more)


def everywhere(*events: str, on: Day | None = None) -> int:
    """Return how many enabled webhooks on all numbers receive one of these events, or did."""
    rows = subscriptions_on(on).filter(ENABLED, resource_id=STAR, event__in=events)
    return rows.values("webhook").distinct().count()
