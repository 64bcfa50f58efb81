"""A draft in figures: what it would create, and what it leaves out."""

from dataclasses import dataclass
from math import ceil
from typing import Any

from django.db.models import Count, Func, IntegerField, Sum

from quo_admin.batches.models import Batch, BatchRow
from quo_admin.quo import rate_limiter

# Our words for the rows of a draft, each a view of them
KINDS = {
    "create": "To create",
    "unticked": "Not selected",
    "skip": "Covered already",
    "blocked": "Blocked",
}
Plan = BatchRow.Plan


class _Length(Func):
    """How many a JSON list has."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSON_ARRAY_LENGTH", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_ARRAY_LENGTH", **context)


@dataclass(frozen=True)
class Totals:
    """Rows and numbers of each of KINDS; a row that is unticked is not counted as to create."""

    rows: dict[str, int]
    numbers: dict[str, int]

    @property
    def webhooks(self) -> int:
        """How many would be created: as many calls, and as many keys to hand over."""
        return self.rows["create"]

    @property
    def seconds(self) -> int:
        """How long it takes at the least, since we call Quo nine times a second at the most."""
        return ceil(self.webhooks / rate_limiter.CALLS_PER_SECOND)

    @property
    def left_out(self) -> int:
        """How many numbers: an event of theirs may be in another row that is created."""
        return sum(count for kind, count in self.numbers.items() if kind != "create")


def totals(batch: Batch) -> Totals:
    """Count a draft's rows and numbers, in one query."""
    rows, numbers = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0)
    told = batch.rows.order_by().values_list("plan", "chosen")
    for plan, chosen, count, size in told.annotate(n=Count("pk"), size=Sum(_Length("numbers"))):
        kind = plan if chosen or plan != Plan.CREATE else "unticked"
        rows[kind] += count
        numbers[kind] += size
    return Totals(rows, numbers)
