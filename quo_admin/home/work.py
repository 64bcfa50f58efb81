"""The work list: what is open, asked of the other apps. Nothing of it is kept here."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils import timezone

from quo_admin.quo import spec
from quo_admin.webhooks.filters import Filters
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.standing import SEVERAL, standing
from quo_admin.webhooks.standing import address as attempts_at
from quo_admin.worker.models import Beat
from quo_admin.workspace.models import Sweep


@dataclass(frozen=True, kw_only=True)
class Item:
    """One kind of thing that may be open, and the list behind its count.

    Attributes:
        one, many: what it is, in both numbers.
        why: why it matters; fine: what is true when none is open.
        address: of the list behind the count; empty where there is nothing to list.
        oldest: since when the oldest of them is open, where that is known.
        kind, word: the state that it is drawn with while any is open.
        within: another kind counts these too.
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
    within: bool = False

    @property
    def heading(self) -> str:
        return self.group if self.count else "In order"

    @property
    def what(self) -> str:
        return self.one if self.count == 1 else self.many


def work_list(*, beat: Beat | None, sweeps: bool) -> list[Item]:
    """Return every kind: what is open first, by its group, then what is in order.

    Args:
        beat: the last sign of life of any worker.
        sweeps: whether the person may see them.
    """
    items = [_several(), _unknown(), _sending(), _worker(beat)]
    items += [*([_sweep()] if sweeps else []), _in_clear(), _disabled()]
    return sorted(items, key=lambda item: item.count == 0)


def _several() -> Item:
    count, oldest = _counted(standing(SEVERAL), "begun_at")
    return Item(
        group="Needs a person",
        count=count,
        one="Attempt that needs a person",
        many="Attempts that need a person",
        why="Several webhooks at Quo may be its, all alike. Say which one it made.",
        fine="No attempt has several webhooks that may be its.",
        address=attempts_at(SEVERAL),
        oldest=oldest,
        kind="unk",
        word="Decide",
        within=True,
    )


def _unknown() -> Item:
    count, oldest = _counted(standing(Attempt.State.UNKNOWN), "begun_at")
    return Item(
        group="Needs a person",
        count=count,
        one="Attempt with an unknown outcome",
        many="Attempts with an unknown outcome",
        why="Quo gave no usable answer, so there may be a webhook or not: look, never repeat.",
        fine="Of every attempt that ended, we know how.",
        address=attempts_at(Attempt.State.UNKNOWN),
        oldest=oldest,
        kind="unk",
        word="Unknown",
    )


def _sending() -> Item:
    count, oldest = _counted(standing(Attempt.State.SENDING), "begun_at")
    return Item(
        group="Needs a person",
        count=count,
        one="Attempt still sending",
        many="Attempts still sending",
        why="Quo has not answered yet. What is older than a minute was cut off in the middle.",
        fine="Nothing is on its way to Quo.",
        address=attempts_at(Attempt.State.SENDING),
        oldest=oldest,
        kind="run",
        word="Sending",
    )


def _worker(beat: Beat | None) -> Item:
    silent = beat is None or beat.is_silent(now=timezone.now())
    return Item(
        group="Needs a person",
        count=int(silent),
        one="No worker has been seen for a while" if beat else "No worker has ever been seen",
        many="Workers missing",
        why="Attempts whose answer was lost are not settled by themselves meanwhile. "
        "Start one: manage.py worker.",
        fine="One was seen within the last minute.",
        address="",
        oldest=beat.seen_at if beat else None,
        kind="stale",
        word="Silent",
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
