"""Coverage: which webhooks receive which events of which numbers, now or on a past day.

The coverage of now is stored: see ``coverage_now.py`` and ``update.py``. That of a past day is
worked out here for the numbers of a page; ``coverage_filters.py`` has the same rules in SQL. A test
compares all of them with one slow and obvious implementation.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from quo_admin.numbers.day import Day, is_uncertain, notes_on, subscriptions_on
from quo_admin.numbers.models import Note
from quo_admin.quo import spec
from quo_admin.webhooks.models import Webhook
from quo_admin.workspace.models import Number

EVENTS = {"received": spec.MessageEvent.RECEIVED, "delivered": spec.MessageEvent.DELIVERED}
STAR = spec.ALL_PHONE_NUMBERS
NO_END = datetime(9999, 1, 1, tzinfo=UTC)  # of a webhook that still exists


class State:
    """The coverage of one event of one number. The first state that applies is the state."""

    DUPLICATED = "duplicated"  # two webhooks send it to the same endpoint
    COVERED = "covered"  # by a webhook that names the number
    ALL_NUMBERS = "all-numbers"  # only by webhooks on all numbers
    NOTED = "noted"  # by a webhook in the Quo app, according to a note
    ONLY_DISABLED = "only-disabled"
    NOT_COVERED = "not-covered"


GAPS = (State.NOT_COVERED, State.ONLY_DISABLED)


Life = tuple[str, datetime, datetime]  # of a webhook: its endpoint hash, start and end


@dataclass(frozen=True)
class CoveringWebhook:
    """A webhook that covers an event of a number, or would if it were enabled.

    ``uncertain``: it may have been deleted before the requested day. It was last seen before that
    day, and found missing on it or later.
    """

    webhook: Webhook
    by_name: bool
    uncertain: bool = False


@dataclass(frozen=True)
class Cell:
    """One event of one number.

    Attributes:
        webhooks: the webhooks behind the state, those of this number first.
        first_hosts: the first hosts, if the webhooks were not read.
        more: how many hosts or webhooks there are beside these.
        uncertain: the state depends on an uncertain webhook.
    """

    state: str
    webhooks: list[CoveringWebhook] = field(default_factory=list)
    note: Note | None = None
    uncertain: bool = False
    first_hosts: tuple[str, ...] = ()
    more: int = 0

    @property
    def hosts(self) -> dict[str, bool]:
        """The hosts, webhooks of this number first, each with whether it is certain."""
        hosts = dict.fromkeys(self.first_hosts, True)
        for covering in self.webhooks:
            host = covering.webhook.host or str(covering.webhook)
            hosts[host] = hosts.get(host, False) or not covering.uncertain
        return hosts

    @property
    def uncertain_webhook(self) -> Webhook | None:
        """The uncertain webhook that the state depends on, if there is one."""
        if not self.uncertain:
            return None
        return next((each.webhook for each in self.webhooks if each.uncertain), None)


def cells(numbers: Sequence[Number], on: Day | None = None) -> dict[str, dict[str, Cell]]:
    """Return the cells of each number ID by the names of EVENTS, in three queries."""
    ids = [number.quo_id for number in numbers]
    covering: dict[tuple[str, str], list[CoveringWebhook]] = defaultdict(list)
    rows = subscriptions_on(on).filter(resource_id__in=[*ids, STAR], event__in=EVENTS.values())
    for row in (
        rows.select_related("webhook").defer("webhook__key_sealed").order_by("webhook__host")
    ):
        by_name = row.resource_id != STAR
        uncertain = is_uncertain(row.webhook, on)
        covering[row.resource_id, row.event].append(
            CoveringWebhook(row.webhook, by_name=by_name, uncertain=uncertain)
        )
    notes = {(n.number_id, n.event): n for n in notes_on(on).filter(number_id__in=ids)}
    return {
        id: {
            name: _cell([*covering[id, event], *covering[STAR, event]], notes.get((id, event)))
            for name, event in EVENTS.items()
        }
        for id in ids
    }


def state_of(webhooks: Sequence[CoveringWebhook], *, noted: bool) -> str:
    """Return the state that these webhooks give; in SQL: ``coverage_filters.py``."""
    sending = [each for each in webhooks if each.webhook.status == spec.Status.ENABLED]
    if is_duplicated(_life(each.webhook) for each in sending):
        return State.DUPLICATED
    if any(each.by_name for each in sending):
        return State.COVERED
    if sending:
        return State.ALL_NUMBERS
    if noted:
        return State.NOTED
    return State.ONLY_DISABLED if webhooks else State.NOT_COVERED


def _life(webhook: Webhook) -> Life:
    return (
        webhook.endpoint_hash,
        webhook.created_or_seen_at,
        webhook.deleted_at or webhook.missing_since or NO_END,
    )


def is_duplicated(lives: Iterable[Life]) -> bool:
    """Whether an endpoint had two webhooks at the same time, not one after the other."""
    until: dict[str, datetime] = {}  # by endpoint: the end of the last webhook so far
    for endpoint, created, ended in sorted(lives, key=lambda life: life[1]):
        if endpoint and created < until.get(endpoint, created):
            return True
        until[endpoint] = ended
    return False


def _cell(webhooks: list[CoveringWebhook], note: Note | None) -> Cell:
    noted = note is not None
    state = state_of(webhooks, noted=noted)
    certain = state_of([each for each in webhooks if not each.uncertain], noted=noted)
    enabled = [each for each in webhooks if each.webhook.status == spec.Status.ENABLED]
    return Cell(
        state,
        enabled or webhooks,
        note if state == State.NOTED else None,
        uncertain=certain != state,
    )
