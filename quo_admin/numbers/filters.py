"""What the list of numbers is asked for, as it stands in its address and in a plan's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Self

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from quo_admin.numbers import coverage
from quo_admin.numbers.coverage import Day
from quo_admin.numbers.gaps import GAPS, Tally, tally, with_marks
from quo_admin.quo import spec
from quo_admin.quo.types import clean
from quo_admin.webhooks.models import Subscription
from quo_admin.workspace.models import Member, Number

LONGEST = 255  # characters of one answer


@dataclass(frozen=True)
class Filters:
    """Words and filters; empty ones do not filter, nor does a gap that there is no list of."""

    gap: str = ""
    q: str = ""
    member: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """Read a query string. What it asks beyond the fields is none of our business."""
        texts = {field.name: clean(query.get(field.name, "")).strip() for field in fields(cls)}
        texts = {name: text[:LONGEST] for name, text in texts.items()}
        return cls(**texts | {"gap": texts["gap"] if texts["gap"] in GAPS else ""})

    def but(self, **changes: str) -> Self:
        return replace(self, **changes)

    @property
    def parameters(self) -> dict[str, str]:
        """Whatever is not as usual: what stands in the address."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in told.items() if value}

    def numbers(self, on: Day | None = None) -> QuerySet[Number]:
        """Return the company's numbers that are asked for, now or as they were on a day."""
        found = self._found(on)
        if not self.gap:
            return found
        marked = with_marks(coverage.with_states(found, on), now=timezone.now())
        return marked.filter(GAPS[self.gap].asks)

    def tally(self, on: Day | None = None) -> Tally:
        """Count what the words and the member find, whatever the gap."""
        return tally(self._found(on), on)

    @property
    def said(self) -> str:
        """How the numbers are unconfirmed of, after their count."""
        words = [GAPS[self.gap].said] if self.gap else []
        if self.member:
            member = Member.objects.filter(quo_id=self.member).first()
            words.append(f"of {member or self.member}")
        words += [f"matching “{self.q}”"] if self.q else []
        return ", ".join(words)

    def _found(self, on: Day | None) -> QuerySet[Number]:
        numbers = coverage.known_on(on)
        if self.member:
            quoted = json.dumps(self.member)  # an id whole, as it stands in the list of them
            held = numbers.annotate(held=Cast("member_ids", TextField()))
            numbers = held.filter(held__contains=quoted)
        return numbers.filter(_searched(self.q, on)) if self.q else numbers


def _searched(words: str, on: Day | None) -> Q:
    """Return what finds numbers by name, spelling, id, or the host of an endpoint.

    A webhook on all numbers counts where the words have a dot, as every host has: a name such as
    "Archive" would find everything otherwise.
    """
    rows = Subscription.objects.filter(
        coverage.there(on, prefix="webhook__"),
        event__in=coverage.EVENTS.values(),
        webhook__status=spec.Status.ENABLED,
        webhook__host__icontains=words,
    )
    if "." in words and rows.filter(resource_id=coverage.STAR).exists():
        return Q()
    called = Number.objects.search(words).order_by()
    return Q(pk__in=called.values("pk")) | Q(quo_id__in=rows.values("resource_id"))


class NoSuchDay(Exception):
    """What was typed is no day that can be asked for. The text is for the person."""


def day_of(typed: str) -> Day | None:
    """Return the day of UTC that was typed; None for nothing, and for today, which is now.

    Raises:
        NoSuchDay: it is no day, or has not come yet.
    """
    typed = clean(typed).strip()
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError as exc:
        raise NoSuchDay("Enter a date, such as 2026-03-12.") from exc
    today = timezone.now().date()
    if day > today:
        raise NoSuchDay(f"Enter today ({today}, UTC) or an earlier date.")
    return None if day == today else Day(day)
