"""Coverage: which webhooks receive which events of which numbers, now or on a past day.

The coverage of now is stored: see ``coverage_now.py`` and ``update.py``. That of a past day is
worked out for the numbers of a page in ``coverage_cells.py``; ``coverage_filters.py`` has the same
rules in SQL. A test compares all of them with one slow and obvious implementation.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from quo_admin.numbers.models import Note
from quo_admin.quo import spec
from quo_admin.webhooks.models import Webhook

EVENTS = {"received": spec.MessageEvent.RECEIVED, "delivered": spec.MessageEvent.DELIVERED}
STAR = spec.ALL_PHONE_NUMBERS


class State:
    """The coverage of one event of one number. The first state that applies is the state."""

    DUPLICATED = "duplicated"  # two webhooks send it to the same endpoint
    COVERED = "covered"  # by a webhook that names the number
    ALL_NUMBERS = "all-numbers"  # only by webhooks on all numbers
    NOTED = "noted"  # by a webhook in the Quo app, according to a note
    ONLY_DISABLED = "only-disabled"
    NOT_COVERED = "not-covered"


SENDING = (State.DUPLICATED, State.COVERED, State.ALL_NUMBERS)
GAPS = (State.NOT_COVERED, State.ONLY_DISABLED)


def state_of(*, twice: bool, by_name: bool, everywhere: bool, noted: bool, disabled: bool) -> str:
    """Return the state of one event of one number; in SQL: ``coverage_filters.py``.

    Args:
        twice: two enabled webhooks send it to the same endpoint.
        by_name: an enabled webhook that names the number sends it.
        everywhere: an enabled webhook on all numbers sends it.
        disabled: there is any webhook, enabled or not.
    """
    if twice:
        return State.DUPLICATED
    if by_name:
        return State.COVERED
    if everywhere:
        return State.ALL_NUMBERS
    if noted:
        return State.NOTED
    return State.ONLY_DISABLED if disabled else State.NOT_COVERED


class Absence(NamedTuple):
    """When a webhook was last seen, and found missing."""

    last_seen_at: datetime
    missing_since: datetime | None


@dataclass(frozen=True)
class CoveringWebhook:
    """A webhook that covers an event of a number, or would if it were enabled.

    ``uncertain``: it may have been deleted before the requested day. It was last seen before that
    day, and found missing on it or later.
    """

    webhook: Webhook
    by_name: bool
    uncertain: bool = False

    @property
    def host(self) -> str:
        return self.webhook.host or str(self.webhook)


def hosts_of(named: Iterable[tuple[str, bool]]) -> dict[str, bool]:
    """Return hosts, each with whether it is certain: whether one of its webhooks is."""
    hosts: dict[str, bool] = {}
    for host, certain in named:
        hosts[host] = hosts.get(host, False) or certain
    return hosts


@dataclass(frozen=True)
class Cell:
    """One event of one number.

    Attributes:
        hosts: the first hosts, webhooks of this number first, each with whether it is certain.
        more: how many hosts or webhooks there are beside these.
        webhooks: the webhooks behind the state, if they were read.
        uncertain: the state depends on an uncertain webhook.
        absence: of that webhook.
    """

    state: str
    hosts: dict[str, bool] = field(default_factory=dict)
    more: int = 0
    note: Note | None = None
    webhooks: list[CoveringWebhook] = field(default_factory=list)
    uncertain: bool = False
    absence: Absence | None = None
