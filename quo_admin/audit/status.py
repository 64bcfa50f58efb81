"""How far the audit log is verified, and whether it is intact, as pages show it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.utils import timezone

from quo_admin.audit.models import Checkpoint

LATE = {Checkpoint.NEW: timedelta(hours=1), Checkpoint.WHOLE: timedelta(days=3)}


@dataclass(frozen=True)
class Status:
    """The status of the audit log.

    Attributes:
        number: everything up to this entry was intact at ``at``.
        whole_at: when everything from the first entry was last found intact.
        fault: the fault in words, found at ``fault_at``; "" if there is none.
        late: whether the worker has not verified anything, or everything, for too long.
    """

    number: int = 0
    at: datetime | None = None
    whole_at: datetime | None = None
    fault: str = ""
    fault_at: datetime | None = None
    late: bool = False

    @classmethod
    def read(cls) -> Self:
        """Return the status now. One query."""
        rows = {row.name: row for row in Checkpoint.objects.all()}
        new = rows.get(Checkpoint.NEW, Checkpoint())
        whole = rows.get(Checkpoint.WHOLE, Checkpoint())
        broken = new if new.fault else whole
        return cls(
            new.number,
            new.verified_at,
            whole.verified_at,
            broken.fault,
            broken.fault_at,
            any(map(_is_late, rows.values())),
        )

    @property
    def mark(self) -> str:
        """The kind of state."""
        if self.fault:
            return "bad"
        if self.at is None:
            return "wait"
        return "stale" if self.late else "ok"


def _is_late(row: Checkpoint) -> bool:
    return bool(row.verified_at and row.verified_at < timezone.now() - LATE[row.name])
