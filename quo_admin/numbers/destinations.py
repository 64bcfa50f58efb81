"""Where the messages of numbers go: conditions for the list of numbers, and their words.

A number has hosts of its own (enabled webhooks that name it), or else exactly one of OUTCOMES.
"""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from quo_admin.first_names import first_names
from quo_admin.numbers.coverage import EVENTS, State
from quo_admin.numbers.coverage_filters import states_on, with_states
from quo_admin.numbers.day import Day, known_on, subscriptions_on
from quo_admin.numbers.models import NumberHost
from quo_admin.quo import spec
from quo_admin.webhooks.models.webhook import EVENT_WORDS


@dataclass(frozen=True)
class Outcome:
    """What happens to the messages of a number without a host of its own, by coverage state.

    ``phrase`` follows a count of numbers.
    """

    word: str
    phrase: str
    states: tuple[str, ...]


OUTCOMES = {
    # Duplicated: two webhooks on all numbers send to the same endpoint.
    "all-numbers": Outcome(
        "Only through all-numbers",
        "only through all-numbers",
        (State.ALL_NUMBERS, State.DUPLICATED),
    ),
    "noted": Outcome(
        "Covered in the Quo app (noted)", "covered in the Quo app (noted)", (State.NOTED,)
    ),
    "disabled": Outcome(
        "Only a disabled webhook", "with only a disabled webhook", (State.ONLY_DISABLED,)
    ),
    "nothing": Outcome("Not covered", "not covered", (State.NOT_COVERED,)),
}
NAMED = 2  # hosts in words; others are counted


@dataclass(frozen=True)
class Destination:
    """Where messages go. Empty fields say nothing.

    Attributes:
        event: a name of EVENTS; "" stands for either.
        host: they reach this host.
        others: they reach a host that is none of these.
        outcome: a name of OUTCOMES.
    """

    event: str = ""
    host: str = ""
    others: tuple[str, ...] = ()
    outcome: str = ""

    def condition(self, on: Day | None) -> Q:
        """Return the condition on numbers, now or on a day."""
        rows = hosts_of_number(self.event, on)
        condition = Q()
        if self.host:
            condition &= Q(Exists(rows.filter(host=self.host)))
        if self.others:
            condition &= Q(Exists(rows.exclude(host__in=self.others)))
        if self.outcome:
            condition &= self._outcome(on) & ~Q(Exists(rows))
        return condition

    def _outcome(self, on: Day | None) -> Q:
        states = OUTCOMES[self.outcome].states
        if on:
            conditions = states_on(EVENTS[self.event], on)
            return reduce(or_, (conditions[state] for state in states))
        numbers = with_states(known_on(None)).filter(**{f"{self.event}__in": states})
        return Q(pk__in=numbers.order_by().values("pk"))

    @property
    def words(self) -> str:
        """The destination as a label, or ""."""
        words = [self.host] if self.host else []
        if self.others:
            words.append(f"hosts other than {first_names(self.others, NAMED)}")
        words += [OUTCOMES[self.outcome].phrase] if self.outcome else []
        if not words:
            return ""
        event = EVENT_WORDS[EVENTS[self.event]] if self.event else "Any message"
        return f"{event}: {', '.join(words)}"


def hosts_of_number(event: str, on: Day | None) -> QuerySet[Any]:
    """Return rows with the hosts of an outer query's number, as ``host``: kept for now, worked out
    for a past day.
    """
    of_event = {"event__in": [EVENTS[event]] if event else list(EVENTS.values())}
    if on is None:
        return NumberHost.objects.filter(number=OuterRef("quo_id"), **of_event)
    rows = subscriptions_on(on).filter(webhook__status=spec.Status.ENABLED, **of_event)
    return rows.filter(resource_id=OuterRef("quo_id")).annotate(host=F("webhook__host"))
