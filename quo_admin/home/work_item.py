"""One row of the work list."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from quo_admin.batches.models import Batch
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.states import State


@dataclass(frozen=True, kw_only=True)
class Item:
    """One kind of thing that may be open, and the list behind its count.

    Attributes:
        one, many: its name in singular and plural.
        why: why it matters; fine: what is true if none is open.
        address: URL of the list behind the count; "" if there is none.
        oldest: since when the oldest of them is open, if known.
        kind, word: the state shown while any is open.
        info: worth knowing, but nothing to do; or counted by another kind already.
        doubt: why we cannot know that none is open; shown instead of ``fine``.
    """

    count: int
    one: str
    many: str
    why: str
    fine: str
    address: str
    oldest: datetime | None
    kind: str
    word: str
    info: bool = False
    doubt: str = ""

    @property
    def what(self) -> str:
        return self.one if self.count == 1 else self.many

    @property
    def details(self) -> str:
        return self.why if self.count else self.doubt or self.fine

    @property
    def state(self) -> State:
        if self.count:
            return State(self.kind, self.word)
        return State("stale", "Not known") if self.doubt else State("ok", "OK")


def counted(
    rows: QuerySet[Attempt] | QuerySet[Webhook] | QuerySet[Batch], moment: str
) -> tuple[int, datetime | None]:
    """Return how many rows there are, and the time of the oldest."""
    found = rows.aggregate(count=Count("pk"), oldest=Min(moment))
    return found["count"], found["oldest"]
