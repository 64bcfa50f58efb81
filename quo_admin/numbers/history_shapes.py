"""What the picture of a number's webhook history consists of, so that a template only draws it.

Horizontal positions are percentages (see ``time_axis.py``), vertical ones are pixels.
"""

from dataclasses import astuple, dataclass
from datetime import datetime

from django.utils.text import Truncator

from quo_admin.first_names import first_names
from quo_admin.numbers.lifetime import Lifetime
from quo_admin.numbers.time_axis import Segment, Tick, day
from quo_admin.webhooks.models import Webhook

HEADING = 24  # height of an event's name
LANE = 14  # height of the line that shows gaps
ROW = 28  # height of a webhook

NAME = 40  # characters: what fits on a phone
NAME_WITH_MARKS = 26  # the same, beside "on all numbers, disabled"
NAMED_GAPS = 5  # in the description


@dataclass(frozen=True)
class Bar:
    """One webhook.

    Attributes:
        marks: what sets it apart, in words.
        sure: where it certainly existed.
        unsure: where it may have existed: before an unknown start, or after it was last seen.
        ticks: where it began and ended, if it did and we know when.
        y: the top of its row.
    """

    webhook: Webhook
    lifetime: Lifetime
    marks: tuple[str, ...]
    is_enabled: bool
    has_ended: bool
    sure: Segment
    unsure: tuple[Segment, ...]
    ticks: tuple[float, ...]
    y: int

    @property
    def name(self) -> str:
        return Truncator(str(self.webhook)).chars(NAME_WITH_MARKS if self.marks else NAME)

    @property
    def period(self) -> str:
        begins, seen, ends = map(day, astuple(self.lifetime))
        begins = begins if self.webhook.created_at else f"Before {begins}"
        if not self.has_ended:
            return f"{begins} to now"
        return f"{begins} to {ends}" if seen == ends else f"{begins} to {seen}, at most {ends}"

    @property
    def text_y(self) -> int:
        return self.y + 12

    @property
    def bar_y(self) -> int:
        return self.y + 17

    @property
    def middle(self) -> int:
        return self.y + 21

    @property
    def tick_top(self) -> int:
        return self.y + 15

    @property
    def tick_bottom(self) -> int:
        return self.y + 27


@dataclass(frozen=True)
class Gap:
    """A time without any enabled webhook; if it is not certain, perhaps without one."""

    begins: datetime
    ends: datetime
    is_certain: bool
    segment: Segment

    def __str__(self) -> str:
        first, last = day(self.begins), day(self.ends)
        days = first if first == last else f"{first} to {last}"
        return days if self.is_certain else f"{days} (possible)"


@dataclass(frozen=True)
class Group:
    """One event: its name, a line with its gaps, and its webhooks.

    ``lane`` is where we can tell its gaps, or None.
    """

    label: str
    lane: Segment | None
    gaps: tuple[Gap, ...]
    bars: tuple[Bar, ...]
    y: int

    @property
    def text_y(self) -> int:
        return self.y + 14

    @property
    def lane_y(self) -> int:
        return self.y + HEADING + 4

    @property
    def bottom(self) -> int:
        return self.y + HEADING + LANE + ROW * len(self.bars)

    @property
    def summary(self) -> str:
        """How many gaps there are; "" if we cannot tell."""
        if self.lane is None:
            return ""
        certain = sum(gap.is_certain for gap in self.gaps)
        possible = len(self.gaps) - certain
        counts = [_count(certain, "gap")] if certain else []
        counts += [_count(possible, "possible gap")] if possible else []
        return ", ".join(counts) or "No gaps"

    @property
    def description(self) -> str:
        counts = [_count(len(self.bars), "webhook") if self.bars else "no webhooks"]
        for mark in ("on all numbers", "disabled"):
            marked = sum(mark in bar.marks for bar in self.bars)
            counts += [f"{marked} {mark}"] if marked else []
        ended = sum(bar.has_ended for bar in self.bars)
        counts += [f"{ended} ended"] if ended else []
        return f"{self.label}: {', '.join(counts)}. {self._gaps_in_words}".strip()

    @property
    def _gaps_in_words(self) -> str:
        if not self.gaps:
            return f"{self.summary}." if self.summary else ""
        return f"{self.summary}: {first_names(self.gaps, NAMED_GAPS)}."


@dataclass(frozen=True)
class Chart:
    """The whole picture."""

    title: str
    caption: str
    groups: tuple[Group, ...]
    ticks: tuple[Tick, ...]

    @property
    def description(self) -> str:
        return " ".join(group.description for group in self.groups)

    @property
    def height(self) -> int:
        return self.groups[-1].bottom + 4

    @property
    def keys(self) -> list[tuple[str, str]]:
        """The legend: the shapes that occur, each with its words."""
        bars = [bar for group in self.groups for bar in group.bars]
        gaps = [gap for group in self.groups for gap in group.gaps]
        keys = {
            ("on", "Enabled"): any(bar.is_enabled for bar in bars),
            ("off", "Not enabled when last seen"): not all(bar.is_enabled for bar in bars),
            ("unsure", "May have existed"): any(bar.unsure for bar in bars),
            ("gap", "Gap: no enabled webhook"): any(gap.is_certain for gap in gaps),
            ("maybe", "Possible gap"): not all(gap.is_certain for gap in gaps),
        }
        return [key for key, occurs in keys.items() if occurs]


def _count(count: int, word: str) -> str:
    return f"{count} {word}" + ("" if count == 1 else "s")
