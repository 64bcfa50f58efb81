"""One row of the work list."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from quo_admin.webhooks.models import Attempt, Webhook

PERSON, COVERAGE, FINDINGS = "Needs a person", "Numbers", "Findings and keys"


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


def counted(
    rows: QuerySet[Attempt] | QuerySet[Webhook], moment: str
) -> tuple[int, datetime | None]:
    """Return how many there are, and the moment of the oldest."""
    told = rows.aggregate(count=Count("pk"), oldest=Min(moment))
    return told["count"], told["oldest"]
