"""The webhook history of a number as a picture: where everything in it is drawn."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from quo_admin.numbers.coverage import EVENTS
from quo_admin.numbers.day import Day
from quo_admin.numbers.history_shapes import HEADING, LANE, ROW, Bar, Chart, Gap, Group
from quo_admin.numbers.lifetime import lifetime_of
from quo_admin.numbers.time_axis import Axis, Interval, Segment, day, uncovered
from quo_admin.quo import spec
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.models.webhook import EVENT_WORDS
from quo_admin.workspace.models import Number

AXIS = 24  # height of the axis
SPACE = 14  # between two events
STUB = 2.0  # percent: the dashed part before a webhook whose start is unknown


def draw(
    number: Number, webhooks: Sequence[Webhook], *, now: datetime, complete: bool
) -> Chart | None:
    """Return the picture of these webhooks, or None if there are none. It asks no query.

    A webhook counts as enabled or disabled for its whole life, as in ``coverage.py``: Quo does not
    say since when it is disabled.

    Args:
        webhooks: in the order of ``history.py``: those that exist first, then the last that ended.
        complete: these are all webhooks of the number. Otherwise gaps are marked only where no
            other webhook can have existed.
    """
    if not webhooks:
        return None
    axis = _axis(webhooks, now)
    known = _known(number, webhooks, axis, complete=complete)
    groups: list[Group] = []
    y = AXIS
    for event in EVENTS.values():
        groups.append(_group(event, number, webhooks, axis, known, y))
        y = groups[-1].bottom + SPACE
    since = f"{day(axis.begins)} to now"
    partly = f"Gaps are marked from {day(known[0])}." if known else "Gaps are not marked."
    return Chart(
        title=f"Webhook history of {number}, {since}",
        caption=f"{since}." if complete else f"{since}. Older webhooks are not shown. {partly}",
        groups=tuple(groups),
        ticks=tuple(axis.ticks),
    )


def _axis(webhooks: Iterable[Webhook], now: datetime) -> Axis:
    """Return the axis from the first day of the history to now.

    It ends later if a time is later than now, and is never shorter than an hour.
    """
    lifetimes = [lifetime_of(webhook, now) for webhook in webhooks]
    begins = Day(min(lifetime.begins for lifetime in lifetimes).date()).begins
    return Axis(
        begins, max(now, *(lifetime.ends for lifetime in lifetimes), begins + timedelta(hours=1))
    )


def _known(
    number: Number, webhooks: Sequence[Webhook], axis: Axis, *, complete: bool
) -> Interval | None:
    """Return when we can tell gaps: since the first webhook, while the number existed."""
    first = min(webhook.created_or_seen_at for webhook in webhooks)
    since = max(first, number.created_at or number.first_seen_at)
    until = min(axis.ends, number.missing_since or axis.ends)
    if not complete:  # what is left out ended before the last webhook, if that one ended
        since = max(since, webhooks[-1].missing_since or axis.ends)
    return (since, until) if since < until else None


def _group(
    event: spec.MessageEvent,
    number: Number,
    webhooks: Sequence[Webhook],
    axis: Axis,
    known: Interval | None,
    y: int,
) -> Group:
    of_event = [webhook for webhook in webhooks if event in (webhook.events or ())]
    rows = range(y + HEADING + LANE, y + HEADING + LANE + ROW * len(of_event), ROW)
    return Group(
        label=EVENT_WORDS[event],
        lane=axis.segment(*known) if known else None,
        gaps=tuple(_gaps(of_event, axis, known)) if known else (),
        bars=tuple(
            _bar(webhook, number, axis, top) for webhook, top in zip(of_event, rows, strict=True)
        ),
        y=y,
    )


def _gaps(webhooks: Iterable[Webhook], axis: Axis, known: Interval) -> list[Gap]:
    enabled = [webhook for webhook in webhooks if webhook.status == spec.Status.ENABLED]
    lifetimes = [lifetime_of(webhook, axis.ends) for webhook in enabled]
    certain = uncovered([(lifetime.begins, lifetime.ends) for lifetime in lifetimes], known)
    sure = [(lifetime.begins, lifetime.sure_until) for lifetime in lifetimes]
    possible = uncovered([*sure, *certain], known)
    gaps = [(gap, True) for gap in certain] + [(gap, False) for gap in possible]
    return [Gap(*gap, is_certain, axis.visible(*gap)) for gap, is_certain in sorted(gaps)]


def _bar(webhook: Webhook, number: Number, axis: Axis, y: int) -> Bar:
    lifetime = lifetime_of(webhook, axis.ends)
    sure = axis.segment(lifetime.begins, lifetime.sure_until)
    before = Segment(round(sure.left - STUB, 2), sure.left)
    after = axis.segment(lifetime.sure_until, lifetime.ends)
    start_known = webhook.created_at is not None
    has_ended = bool(webhook.missing_since or webhook.deleted_at)
    marks = {
        "on all numbers": number.quo_id not in (webhook.resource_ids or ()),
        "disabled": webhook.status == spec.Status.DISABLED,
        "status unknown": webhook.status not in set(spec.Status),
    }
    return Bar(
        webhook=webhook,
        lifetime=lifetime,
        marks=tuple(mark for mark, applies in marks.items() if applies),
        is_enabled=webhook.status == spec.Status.ENABLED,
        has_ended=has_ended,
        sure=sure,
        unsure=(*(() if start_known else (before,)), *((after,) if after.width else ())),
        ticks=(*((sure.left,) if start_known else ()), *((after.right,) if has_ended else ())),
        y=y,
    )
