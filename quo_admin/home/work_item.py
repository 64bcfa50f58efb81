"""One row of the work list."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from quo_admin.batches.models import Batch
from quo_admin.webhooks.models import Attempt, Webhook

PERSON, COVERAGE, FINDINGS = "Needs attention", "Numbers", "Findings and keys"


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
        doubt: what has to be said in place of ``fine``, where nobody can know that none is open.
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
    doubt: str = ""

    @property
    def heading(self) -> str:
        return self.group if self.count else "Not known" if self.doubt else "In order"

    @property
    def rank(self) -> int:
        """What is open comes first, what is in order last."""
        return 0 if self.count else 1 if self.doubt else 2

    @property
    def what(self) -> str:
        return self.one if self.count == 1 else self.many


def counted(
    rows: QuerySet[Attempt] | QuerySet[Webhook] | QuerySet[Batch], moment: str
) -> tuple[int, datetime | None]:
    """Return how many there are, and the moment of the oldest."""
    told = rows.aggregate(count=Count("pk"), oldest=Min(moment))
    return told["count"], told["oldest"]
