"""Open attempts, and the worker that reconciles them."""

from django.utils import timezone

from quo_admin.home.work_item import Item, counted
from quo_admin.webhooks.models import Attempt
from quo_admin.webhooks.reconcile.queries import SEVERAL, in_state
from quo_admin.webhooks.reconcile.queries import address as attempts_at
from quo_admin.worker.models import Heartbeat


def several() -> Item:
    count, oldest = counted(in_state(SEVERAL), "started_at")
    return Item(
        count=count,
        one="Attempt that needs a decision",
        many="Attempts that need a decision",
        why="Webhooks at Quo may match. Choose the right one.",
        fine="Every attempt is matched to one webhook.",
        address=attempts_at(SEVERAL),
        oldest=oldest,
        kind="unk",
        word="Decide",
    )


def unknown() -> Item:
    count, oldest = counted(in_state(Attempt.State.UNKNOWN), "started_at")
    return Item(
        count=count,
        one="Attempt with an unknown result",
        many="Attempts with an unknown result",
        why="Quo sent no usable response, so the webhook may exist. Reconcile before you try "
        "again.",
        fine="No unknown results.",
        address=attempts_at(Attempt.State.UNKNOWN),
        oldest=oldest,
        kind="unk",
        word="Unknown",
    )


def sending() -> Item:
    count, oldest = counted(in_state(Attempt.State.SENDING), "started_at")
    return Item(
        count=count,
        one="Attempt still sending",
        many="Attempts still sending",
        why="Waiting for Quo. Attempts older than a minute were interrupted.",
        fine="No attempts in progress.",
        address=attempts_at(Attempt.State.SENDING),
        oldest=oldest,
        kind="run",
        word="Sending",
    )


def worker(beat: Heartbeat | None) -> Item:
    is_stale = beat is None or beat.is_stale(now=timezone.now())
    return Item(
        count=int(is_stale),
        one="No worker is running" if beat else "No worker was ever started",
        many="Workers missing",
        why="Until a worker runs, attempts are not reconciled automatically and the hourly sync "
        "does not run. Start one: manage.py worker.",
        fine="A worker was seen within the last minute.",
        address="",
        oldest=beat.seen_at if beat else None,
        kind="stale",
        word="Not running",
    )
