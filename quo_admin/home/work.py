"""The work list: what is open, asked of the other apps. Nothing of it is kept here."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.quo import spec
from quo_admin.webhooks.filters import Filters
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.workspace.models import Sweep


@dataclass(frozen=True, kw_only=True)
class Item:
    """One kind of thing that may be open, and the list behind its count.

    Attributes:
        one, many: what it is, in both numbers.
        why: why it matters; fine: what is true when none is open.
        oldest: since when the oldest of them is open, where that is known.
        kind, word: the state that it is drawn with while any is open.
    """

    group: str
    count: int
    one: str
    many: str
    why: str
    fine: str
    address: str
    oldest: datetime | None
    kind: str
    word: str

    @property
    def heading(self) -> str:
        return self.group if self.count else "In order"

    @property
    def what(self) -> str:
        return self.one if self.count == 1 else self.many


def work_list(*, sweeps: bool) -> list[Item]:
    """Return every kind: what is open first, by its group, then what is in order.

    Args:
        sweeps: whether the person may see them.
    """
    items = [_unknown(), _sending(), *([_sweep()] if sweeps else []), _in_clear(), _disabled()]
    return sorted(items, key=lambda item: item.count == 0)


def _unknown() -> Item:
    count, oldest = _counted(Attempt.objects.filter(state=Attempt.State.UNKNOWN), "begun_at")
    return Item(
        group="Needs a person",
        count=count,
        one="Attempt with an unknown outcome",
        many="Attempts with an unknown outcome",
        why="Quo gave no usable answer, so there may be a webhook or not: look, never repeat.",
        fine="Of every attempt that ended, we know how.",
        address=_attempts(Attempt.State.UNKNOWN),
        oldest=oldest,
        kind="unk",
        word="Unknown",
    )


def _sending() -> Item:
    count, oldest = _counted(Attempt.objects.filter(state=Attempt.State.SENDING), "begun_at")
    return Item(
        group="Needs a person",
        count=count,
        one="Attempt still sending",
        many="Attempts still sending",
        why="Quo has not answered yet. What is older than a minute was cut off in the middle.",
        fine="Nothing is on its way to Quo.",
        address=_attempts(Attempt.State.SENDING),
        oldest=oldest,
        kind="run",
        word="Sending",
    )


def _sweep() -> Item:
    newest = Sweep.objects.filter(ended_at__isnull=False).newest()
    whole = Sweep.objects.newest_whole()
    failed = f"Names and numbers here may be old. {newest.failure}" if newest else ""
    return Item(
        group="Needs a person",
        count=int(newest is None or newest != whole),
        one="Failed sweep" if newest else "Sweep that was never done",
        many="Failed sweeps",
        why=failed or "The company’s numbers and members are not known here before the first one.",
        fine="The last one read everything.",
        address=reverse("workspace:numbers"),
        oldest=whole.started_at if whole else None,
        kind="stale",
        word="Stale",
    )


def _in_clear() -> Item:
    filters = Filters(status=spec.Status.ENABLED, scheme="http")
    count, oldest = _counted(filters.webhooks(), "made_at")
    return Item(
        group="Findings",
        count=count,
        one="Webhook over plain http",
        many="Webhooks over plain http",
        why="Whoever is on the way can read the texts. Ask for an address that begins with https.",
        fine="Every webhook that is enabled sends over https.",
        address=filters.address,
        oldest=oldest,
        kind="warn",
        word="Plain http",
    )


def _disabled() -> Item:
    filters = Filters(status=spec.Status.DISABLED)
    count, oldest = _counted(filters.webhooks(), "made_at")
    return Item(
        group="Findings",
        count=count,
        one="Disabled webhook",
        many="Disabled webhooks",
        why="A disabled webhook sends nothing and can never be enabled: make another.",
        fine="No webhook here is disabled.",
        address=filters.address,
        oldest=oldest,
        kind="off gap",
        word="Disabled",
    )


def _counted(
    rows: QuerySet[Attempt] | QuerySet[Webhook], moment: str
) -> tuple[int, datetime | None]:
    told = rows.aggregate(count=Count("pk"), oldest=Min(moment))
    return told["count"], told["oldest"]


def _attempts(state: Attempt.State) -> str:
    return f"{reverse('webhooks:attempts')}?{urlencode({'state': state.value})}"
