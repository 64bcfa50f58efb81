"""The six points of crash.py: where our process is killed, or what Quo does instead."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Point:
    """One way to lose an answer.

    Attributes:
        spots: where crash_server.py kills its process; the runs take them in turn. None: nowhere.
        fault: what the sandbox does with the creates meanwhile, as Faults.add takes it.
        late_s: seconds after which Quo makes the webhook all the same.
    """

    spots: tuple[str, ...] = ()
    fault: dict[str, Any] = field(default_factory=dict)
    late_s: float = 0


POINTS = {
    "before-sending": Point(spots=("on-disk",)),
    "while-sending": Point(spots=("half-sent", "sent"), fault={"kind": "no_response_before"}),
    "before-answer": Point(spots=("sent",), fault={"kind": "no_response_after"}),
    "before-commit": Point(spots=("answered", "written")),
    "after-commit": Point(spots=("committed",)),
    "late": Point(fault={"kind": "late"}, late_s=10),
}


class Orders:
    """Orders to die: a file for each, which bears the label of the webhook that is being made.

    Each is carried out once, so that what is sent again later gets through.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def give(self, label: str, *, spot: str, master: bool) -> None:
        """``master``: gunicorn's master dies too, so nothing restarts the server by itself."""
        (self.folder / label).write_text(f"{spot} {'master' if master else ''}")

    def take(self, label: str) -> tuple[str, bool]:
        """Return the spot and whether the master dies too; no spot where nothing was ordered."""
        order = self.folder / label
        if not order.exists():
            return "", False
        spot, master = order.read_text().split(" ")
        order.unlink()
        return spot, bool(master)

    def waiting(self) -> list[str]:
        return sorted(order.name for order in self.folder.iterdir())
