"""The progress of a batch: counts, state, rate and time left."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Count, Min

from quo_admin import clock
from quo_admin.batches.models import Batch
from quo_admin.quo import rate_limiter
from quo_admin.webhooks.models import Attempt
from quo_admin.worker.models import Heartbeat
from quo_admin.workspace.models import Sync

# The states of a row, each with its CSS kind and its label. Finished states come first.
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
RATE_WINDOW = timedelta(minutes=1)
RATE_MIN_S = 3.0  # below this, too little has happened to measure a rate
MINUTES_FROM_S = 90  # from here on, the time left is given in minutes
POLL_S, POLL_WITHOUT_WORKER_S, POLL_FOR_UNKNOWN_S = 2, 5, 10
BAR_WIDTH = 1000  # units of the progress bar's view box

State = Batch.State


@dataclass(frozen=True)
class Progress:
    """The progress of a batch.

    Attributes:
        counts: the number of rows in each state, 0 included.
        rate: rows started per second, over the last minute.
        alive: whether a worker was seen within the last minute.
        syncing: whether a sync is running, which shares the rate limit.
    """

    batch: Batch
    counts: dict[str, int]
    rate: float
    alive: bool
    syncing: bool = False

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
        """The number of rows that a person should look at."""
        return self.counts["failed"] + self.counts["unknown"]

    @property
    def poll_s(self) -> int | None:
        """Seconds between two polls of the page; None when nothing will change by itself."""
        if self.batch.state == State.RUNNING or self.counts["sending"]:
            return POLL_S if self.alive else POLL_WITHOUT_WORKER_S
        return POLL_FOR_UNKNOWN_S if self.counts["unknown"] and self.alive else None

    @property
    def kind(self) -> str:
        """The CSS kind of the batch's state. Never "ok" while a row failed or is unknown."""
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
        """Return kind, count, state and label of every state that has rows."""
        every = [(self.counts[state], state, *label(state, self.batch)) for state in STATES]
        return [(kind, count, state, word) for count, state, kind, word in every if count]

    @property
    def segments(self) -> list[tuple[str, int, int]]:
        """Return kind, x and width of each finished state in the progress bar."""
        segments, before = [], 0
        for state, count in self.counts.items():
            if state not in OPEN and count:
                x = before * BAR_WIDTH // self.rows
                before += count
                segments.append((STATES[state][0], x, before * BAR_WIDTH // self.rows - x))
        return segments

    @property
    def retry_resumes(self) -> bool:
        """Whether retrying the failed rows also resumes rows that wait."""
        return bool(self.counts["waiting"]) and self.batch.state != State.RUNNING

    @property
    def estimate(self) -> str:
        """The time left of a running batch, or what it waits for; "" for others."""
        if self.batch.state != State.RUNNING or not self.left:
            return ""
        return self.time_left if self.alive else "waiting for a worker"

    @property
    def time_left(self) -> str:
        """Return the estimate as words: "about 4 s left, 4 per second"."""
        seconds = ceil(self.left / self.rate)
        took = f"{seconds} s" if seconds < MINUTES_FROM_S else f"{ceil(seconds / 60)} min"
        pace = f"{self.rate:.0f} per second" if self.rate >= 1 else "less than 1 per second"
        shared = ", shared with a sync" if self.syncing else ""
        return f"about {took} left, {pace}{shared}"


def label(state: str, batch: Batch) -> tuple[str, str]:
    """Return the CSS kind and label of a row's state. A finished batch has no waiting rows."""
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
        alive=beat is not None and not beat.is_stale(now=now),
        syncing=running and Sync.objects.open() is not None,
    )


def rate(batch: Batch, *, now: datetime) -> float:
    """Return the rows started per second over the last minute, or the rate limit when unknown."""
    recent = Attempt.objects.filter(
        clock.within("started_at", now=now, age=RATE_WINDOW),
        token__in=batch.rows.values("token"),
    ).aggregate(count=Count("pk"), first=Min("started_at"))
    seconds = (now - recent["first"]).total_seconds() if recent["first"] else 0.0
    if seconds < RATE_MIN_S:
        return rate_limiter.CALLS_PER_SECOND
    return min(float(recent["count"] / seconds), rate_limiter.CALLS_PER_SECOND)


def active_batch() -> Batch | None:
    """Return the running batch, else a paused one, without the numbers and names that it plans.

    Every page asks for it, and most often there is none.
    """
    started = Batch.objects.filter(state__in=[State.RUNNING, State.PAUSED]).defer("form_data")
    return started.order_by("-state", "pk").first()  # "running" before "paused"
