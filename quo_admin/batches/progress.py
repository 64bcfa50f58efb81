"""How far a batch has come, in figures and words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Count, Exists, F, IntegerField, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce

from quo_admin.batches.models import Batch, BatchRow
from quo_admin.quo import rate_limiter
from quo_admin.webhooks.models import Attempt
from quo_admin.worker.models import Heartbeat
from quo_admin.workspace.models import Sync

# What a row can be: its kind of mark and its word. Those that are done with come first.
STATES = {
    "created": ("ok", "Created"),
    "unknown": ("unk", "Unknown"),
    "failed": ("bad", "Failed"),
    "skipped": ("skip", "Skipped"),
    "sending": ("run", "Sending"),
    "waiting": ("wait", "Waiting"),
}
NOT_SENT = ("off", "Not sent")
OPEN = ("sending", "waiting")
LATELY = timedelta(minutes=1)
LEAST_S = 3.0  # seconds of which a rate can be told
MINUTE_S = 90  # from how many seconds on time is told in minutes
LOOK_EVERY_S, LOOK_WHILE_NOBODY_WORKS_S, LOOK_FOR_LOST_S = 1, 5, 10
TALLY = 1000  # units of the drawing's width

State = Batch.State


@dataclass(frozen=True)
class Progress:
    """How a batch stands. Counts are rows.

    Attributes:
        counts: rows in each state; a state that none is in is 0.
        rate: rows that were begun in a second, lately.
        alive: a worker was seen within the last minute.
        synced: a sync goes on, and shares the rate.
    """

    batch: Batch
    counts: dict[str, int]
    rate: float
    alive: bool
    synced: bool = False

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        return sum(self.counts[state] for state in OPEN)

    @property
    def done(self) -> int:
        return self.rows - self.left

    @property
    def needs(self) -> int:
        """How many a person should look at."""
        return self.counts["failed"] + self.counts["unknown"]

    @property
    def look_every_s(self) -> int | None:
        """How often its page looks again; None where nothing will change by itself."""
        if self.batch.state == State.RUNNING or self.counts["sending"]:
            return LOOK_EVERY_S if self.alive else LOOK_WHILE_NOBODY_WORKS_S
        return LOOK_FOR_LOST_S if self.counts["unknown"] and self.alive else None

    @property
    def kind(self) -> str:
        """The mark of the whole. Never the one for well while a row is not."""
        if self.batch.state == State.DONE:
            return next((STATES[s][0] for s in ("failed", "unknown") if self.counts[s]), "ok")
        return {State.RUNNING: "run", State.PAUSED: "stale"}.get(State(self.batch.state), "off")

    @property
    def word(self) -> str:
        if self.batch.state != State.DONE:
            return str(self.batch.get_state_display())
        wrong = [f"{self.counts[s]} {s}" for s in ("failed", "unknown") if self.counts[s]]
        return f"Done, with {' and '.join(wrong)}" if wrong else "Done"

    @property
    def parts(self) -> list[tuple[str, int, str, str]]:
        """Return kind, count, state and word of every state that some row is in."""
        told = [(self.counts[state], state, *said(state, self.batch)) for state in STATES]
        return [(kind, count, state, word) for count, state, kind, word in told if count]

    @property
    def tally(self) -> list[tuple[str, int, int]]:
        """Return kind, place and width of what is done with, in thousandths of all rows."""
        drawn, before = [], 0
        for state, count in self.counts.items():
            if state not in OPEN and count:
                place = before * TALLY // self.rows
                before += count
                drawn.append((STATES[state][0], place, before * TALLY // self.rows - place))
        return drawn

    @property
    def time_left(self) -> str:
        """Return how long it will take, as words: "about 4 s left, 4 a second"."""
        seconds = ceil(self.left / self.rate)
        took = f"{seconds} s" if seconds < MINUTE_S else f"{ceil(seconds / 60)} min"
        pace = f"{self.rate:.0f} per second" if self.rate >= 1 else "less than 1 per second"
        shared = ", shared with a sync" if self.synced else ""
        return f"about {took} left, {pace}{shared}"


def said(state: str, batch: Batch) -> tuple[str, str]:
    """Return mark and word of a row in this state. In a batch that is over, none waits."""
    if state == "waiting" and batch.state in {State.STOPPED, State.DONE}:
        return NOT_SENT
    return STATES[state]


def progress(batch: Batch, *, now: datetime) -> Progress:
    beat = Heartbeat.objects.newest()
    running = batch.state == State.RUNNING
    return Progress(
        batch=batch,
        counts=dict.fromkeys(STATES, 0) | batch.rows.counts(now=now),
        rate=rate(batch, now=now) if running else rate_limiter.CALLS_PER_SECOND,
        alive=beat is not None and not beat.is_silent(now=now),
        synced=running and Sync.objects.open() is not None,
    )


def rate(batch: Batch, *, now: datetime) -> float:
    """Return how many rows were begun in a second of the last minute; nine while none can be told.

    A batch that has stood still since gets slower with every second, until it is nine again.
    """
    lately = Attempt.objects.filter(
        started_at__gt=now - LATELY, token__in=batch.rows.values("token")
    ).aggregate(count=Count("pk"), first=Min("started_at"))
    since = (now - lately["first"]).total_seconds() if lately["first"] else 0.0
    if since < LEAST_S:
        return rate_limiter.CALLS_PER_SECOND
    return min(float(lately["count"] / since), rate_limiter.CALLS_PER_SECOND)


def active_batch() -> Batch | None:
    """Return the batch that is being carried out, with ``done`` rows, in one query.

    Where none is, one that is paused: it waits for somebody.
    """
    sent = Attempt.objects.exclude(state=Attempt.State.SENDING).filter(token=OuterRef("token"))
    left = (
        BatchRow.objects.to_create()
        .filter(batch=OuterRef("pk"), over=False, failure="")
        .filter(~Exists(sent))
        .order_by()
        .values("batch")
        .annotate(n=Count("pk"))
        .values("n")
    )
    begun = Batch.objects.filter(state__in=[State.RUNNING, State.PAUSED]).annotate(
        done=F("row_count") - Coalesce(Subquery(left, output_field=IntegerField()), 0)
    )
    return begun.order_by("-state", "pk").first()  # "running" before "paused"
