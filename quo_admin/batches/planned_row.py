"""One row of a plan, before it is stored: what the planner decided for some numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from quo_admin.quo import spec
from quo_admin.quo.types import NewMessageWebhook
from quo_admin.workspace.models import ShortNumber

Events = tuple[spec.MessageEvent, ...]


@dataclass(frozen=True)
class PlannedRow:
    """One row of a plan. ``wanted`` is None where nothing would be sent.

    Attributes:
        plan: "create", "skip" or "blocked".
        why: the reason, where it is not "create" or where only some events are missing.
        because: the ID of the webhook that already covers these numbers.
    """

    numbers: Sequence[ShortNumber]
    events: Events
    label: str
    plan: str
    why: str = ""
    because: str = ""
    wanted: NewMessageWebhook | None = None
