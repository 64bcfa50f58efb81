"""A time axis that is as wide as the page allows, so its positions are percentages of the width."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LEFT, RIGHT = 2.5, 99.5  # left of the axis is room for what began before it
SHORTEST = 0.6  # so that something short can still be seen
LAST_LABEL = 84.0  # a label that began further to the right would be cut on a phone
MAX_TICKS = 5
DAY_STEPS = (1, 2, 7, 14)
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 1200, 12000)

Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Segment:
    """A part of the axis, in percent of the picture's width."""

    left: float
    right: float

    @property
    def width(self) -> float:
        return round(self.right - self.left, 2)


@dataclass(frozen=True)
class Tick:
    """A line of the axis, with a label if there is room for it."""

    x: float
    label: str


@dataclass(frozen=True)
class Axis:
    """The time between two moments; it must not be empty."""

    begins: datetime
    ends: datetime

    def x(self, moment: datetime) -> float:
        """Return where a moment is. One outside the axis is at its edge."""
        share = (moment - self.begins) / (self.ends - self.begins)
        return round(LEFT + (RIGHT - LEFT) * min(max(share, 0), 1), 2)

    def segment(self, begins: datetime, ends: datetime) -> Segment:
        return Segment(self.x(begins), self.x(ends))

    def visible(self, begins: datetime, ends: datetime) -> Segment:
        """Return a segment that is long enough to be seen, however short the time."""
        exact = self.segment(begins, ends)
        left = min(exact.left, RIGHT - SHORTEST)
        return Segment(left, max(exact.right, round(left + SHORTEST, 2)))

    @property
    def ticks(self) -> list[Tick]:
        """At most five lines, on days or on the first days of months."""
        days = (self.ends - self.begins).days
        for step in DAY_STEPS:
            if days // step < MAX_TICKS:
                moments = [self.begins + timedelta(days=n) for n in range(0, days + 1, step)]
                return [self._tick(each, f"{each.day} {each:%b}") for each in moments]
        starts = self._starts_of_months()
        yearly = all(each.month == 1 for each in starts)
        return [self._tick(each, f"{each:%Y}" if yearly else f"{each:%b %Y}") for each in starts]

    def _starts_of_months(self) -> list[datetime]:
        first, last = _month(self.begins), _month(self.ends)
        first += 0 if self.begins.day == 1 else 1
        months: list[int] = []
        for step in MONTH_STEPS:
            months = [month for month in range(first, last + 1) if month % step == 0]
            if len(months) <= MAX_TICKS:
                break
        return [datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC) for month in months]

    def _tick(self, moment: datetime, label: str) -> Tick:
        x = self.x(moment)
        return Tick(x, label if x <= LAST_LABEL else "")


def uncovered(covered: Iterable[Interval], within: Interval) -> list[Interval]:
    """Return the parts of an interval that no other interval covers, in order."""
    parts, (since, until) = [], within
    for begins, ends in sorted(covered):
        if begins >= until:
            break
        if begins > since:
            parts.append((since, begins))
        since = max(since, ends)
    return [*parts, (since, until)] if since < until else parts


def day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b} {moment.year}"


def _month(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1
