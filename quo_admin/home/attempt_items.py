"""What is open of attempts, and the worker that reconciles them."""

from django.utils import timezone

from quo_admin.home.work_item import PERSON, Item, counted
from quo_admin.webhooks.models import Attempt
from quo_admin.webhooks.reconcile.queries import SEVERAL, in_state
from quo_admin.webhooks.reconcile.queries import address as attempts_at
from quo_admin.worker.models import Heartbeat


def several() -> Item:
    count, oldest = counted(in_state(SEVERAL), "started_at")
    return Item(
        group=PERSON,
        count=count,
        one="Attempt that needs a person",
        many="Attempts that need a person",
        why="Several webhooks at Quo match, all alike. Say which one it made.",
        fine="No attempt has several webhooks that may be its.",
        address=attempts_at(SEVERAL),
        oldest=oldest,
        kind="unk",
        word="Decide",
        within=True,
    )


def unknown() -> Item:
    count, oldest = counted(in_state(Attempt.State.UNKNOWN), "started_at")
    return Item(
        group=PERSON,
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


def sending() -> Item:
    count, oldest = counted(in_state(Attempt.State.SENDING), "started_at")
    return Item(
        group=PERSON,
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


def worker(beat: Heartbeat | None) -> Item:
    silent = beat is None or beat.is_silent(now=timezone.now())
    return Item(
        group=PERSON,
        count=int(silent),
        one="No worker has been seen for a while" if beat else "No worker has ever been seen",
        many="Workers missing",
        why="Attempts whose answer was lost are not reconciled by themselves meanwhile, and Quo is "
        "not read every hour. Start one: manage.py worker.",
        fine="One was seen within the last minute.",
        address="",
        oldest=beat.seen_at if beat else None,
        kind="stale",
        word="Silent",
    )
