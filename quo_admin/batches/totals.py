"""Totals of a draft: what it will create, and what it leaves out."""

from dataclasses import dataclass
from math import ceil

from django.db.models import Count, Sum

from quo_admin.batches.models import Batch, BatchRow
from quo_admin.batches.models.row import JsonLength
from quo_admin.quo import rate_limiter

# The views of a draft's rows, with their labels
KINDS = {
    "create": "To create",
    "unticked": "Not selected",
    "skip": "Covered already",
    "blocked": "Blocked",
}
LEFT_OUT = {"skip": "covered already", "blocked": "blocked", "unticked": "not selected"}
Plan = BatchRow.Plan


@dataclass(frozen=True)
class Totals:
    """Rows and numbers of each of KINDS. A row that is not selected is not counted as "create"."""

    rows: dict[str, int]
    numbers: dict[str, int]

    @property
    def webhooks(self) -> int:
        """Webhooks to create: also the number of calls, and of keys to hand over."""
        return self.rows["create"]

    @property
    def seconds(self) -> int:
        """The shortest time it can take, given our rate limit."""
        return ceil(self.webhooks / rate_limiter.CALLS_PER_SECOND)

    @property
    def left_out(self) -> int:
        """Numbers left out. Another row may still create a webhook for one of their events."""
        return sum(count for kind, count in self.numbers.items() if kind != "create")

    @property
    def reasons(self) -> list[tuple[int, str]]:
        """Return how many numbers are left out for which reason."""
        every = [(self.numbers[kind], word) for kind, word in LEFT_OUT.items()]
        return [(count, word) for count, word in every if count]

    @property
    def all_covered(self) -> bool:
        """Whether nothing is created because everything is covered already."""
        return bool(self.rows["skip"]) and not self.rows["unticked"] and not self.rows["blocked"]


def totals(batch: Batch) -> Totals:
    """Count a draft's rows and numbers, in one query."""
    rows, numbers = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0)
    groups = batch.rows.order_by().values_list("plan", "chosen")
    counts = groups.annotate(n=Count("pk"), size=Sum(JsonLength("numbers")))
    for plan, chosen, count, size in counts:
        kind = plan if chosen or plan != Plan.CREATE else "unticked"
        rows[kind] += count
        numbers[kind] += size
    return Totals(rows, numbers)
