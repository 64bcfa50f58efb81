"""The filters of the list of numbers, as in its URL and in the planner's."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Self

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from quo_admin.numbers import coverage
from quo_admin.numbers.coverage_filters import with_states
from quo_admin.numbers.day import Day, existing, known_on
from quo_admin.numbers.destinations import OUTCOMES, Destination
from quo_admin.numbers.gaps import GAPS, Tally, tally, with_marks
from quo_admin.quo import spec
from quo_admin.quo.storable_text import clean
from quo_admin.webhooks.models import Subscription
from quo_admin.workspace.models import Member, Number

LONGEST = 255  # characters of one filter
MOST_HOSTS = 20
NO_GROUP = "none"  # instead of a group's ID


@dataclass(frozen=True)
class Filters:
    """Search words and filters. Empty ones do not filter, nor does an unknown gap or outcome.

    ``event``, ``host``, ``others`` (hosts, separated by commas) and ``outcome`` are those of
    ``destinations.Destination``.
    """

    gap: str = ""
    q: str = ""
    member: str = ""
    group: str = ""
    event: str = ""
    host: str = ""
    others: str = ""
    outcome: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """Read a query string. Other parameters are ignored."""
        texts = {field.name: clean(query.get(field.name, "")).strip() for field in fields(cls)}
        lengths = {"others": MOST_HOSTS * LONGEST}
        texts = {name: text[: lengths.get(name, LONGEST)] for name, text in texts.items()}
        for name, known in (("gap", GAPS), ("event", coverage.EVENTS), ("outcome", OUTCOMES)):
            texts[name] = texts[name] if texts[name] in known else ""
        if not (texts["host"] or texts["others"] or texts["outcome"]):
            texts["event"] = ""  # an event alone does not filter
        elif texts["outcome"]:
            texts["event"] = texts["event"] or "received"
        return cls(**texts | {"host": texts["host"].lower()})

    def but(self, **changes: str) -> Self:
        return replace(self, **changes)

    @property
    def parameters(self) -> dict[str, str]:
        """The filters that are set, as query parameters."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value}

    @property
    def kept(self) -> dict[str, str]:
        """What a new search keeps: all but the words and the member."""
        return self.but(q="", member="").parameters

    @property
    def destination(self) -> Destination:
        others = tuple(self.others.split(",")[:MOST_HOSTS]) if self.others else ()
        return Destination(self.event, self.host, others, self.outcome)

    def without_destination(self) -> Self:
        return self.but(event="", host="", others="", outcome="")

    @property
    def group_label(self) -> str:
        return "No group" if self.group == NO_GROUP else f"Group {self.group}" if self.group else ""

    def numbers(self, on: Day | None = None) -> QuerySet[Number]:
        """Return the numbers that match, now or on a day."""
        found = self._found(on)
        if not self.gap:
            return found
        marked, gap = with_marks(found, now=timezone.now()), GAPS[self.gap]
        if on:
            return marked.filter(gap.condition_on(on))
        return with_states(marked).filter(gap.condition)

    def tally(self) -> Tally:
        """Count the numbers that match all filters but the gap, now."""
        return tally(self._found(None))

    @property
    def phrase(self) -> str:
        """The filters as a phrase after the count of numbers."""
        words = [GAPS[self.gap].phrase] if self.gap else []
        if self.member:
            member = Member.objects.filter(quo_id=self.member).first()
            words.append(f"of {member or self.member}")
        if self.group:
            words.append("without a group" if self.group == NO_GROUP else f"of group {self.group}")
        words += [f"with {self.destination.words}"] if self.destination.words else []
        words += [f"matching “{self.q}”"] if self.q else []
        return ", ".join(words)

    def _found(self, on: Day | None) -> QuerySet[Number]:
        numbers = known_on(on)
        if self.member:
            quoted = json.dumps(self.member)  # the whole ID, as in the JSON list
            held = numbers.annotate(held=Cast("member_ids", TextField()))
            numbers = held.filter(held__contains=quoted)
        if self.group:
            numbers = numbers.filter(in_groups([self.group]))
        numbers = numbers.filter(self.destination.condition(on))
        return numbers.filter(_searched(self.q, on)) if self.q else numbers


def in_groups(groups: Collection[str]) -> Q:
    """Return the condition for numbers of these groups. NO_GROUP stands for no group."""
    condition = Q(group_id__in=groups)
    return condition | Q(group_id=None) | Q(group_id="") if NO_GROUP in groups else condition


def _searched(words: str, on: Day | None) -> Q:
    """Return the condition for numbers by name, spelling, ID, or host of an endpoint.

    Webhooks on all numbers count only if the words have a dot, as hosts do. Otherwise a name such
    as "Archive" would find every number.
    """
    rows = Subscription.objects.filter(
        existing(on, prefix="webhook__"),
        event__in=coverage.EVENTS.values(),
        webhook__status=spec.Status.ENABLED,
        webhook__host__icontains=words,
    )
    if "." in words and rows.filter(resource_id=coverage.STAR).exists():
        return Q()
    named = Number.objects.search(words).order_by()
    return Q(pk__in=named.values("pk")) | Q(quo_id__in=rows.values("resource_id"))


class NoSuchDay(Exception):
    """The input is not a valid day. The text is for the user."""


def date_or_none(typed: str) -> date | None:
    """Return a date in ISO 8601, or None."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def day_of(typed: str) -> Day | None:
    """Return the day (UTC) that was entered; None for nothing and for today.

    Raises:
        NoSuchDay: it is not a day, or is in the future.
    """
    typed = clean(typed).strip()
    if not typed:
        return None
    day = date_or_none(typed)
    if day is None:
        raise NoSuchDay("Enter a date, such as 2026-03-12.")
    today = timezone.now().date()
    if day > today:
        raise NoSuchDay(f"Enter today ({today}, UTC) or an earlier date.")
    return None if day == today else Day(day)
