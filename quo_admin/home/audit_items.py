"""Whether the audit log is intact."""

from django.urls import reverse

from quo_admin.audit.status import Status
from quo_admin.home.work_item import Item


def broken() -> Item:
    status = Status.read()
    return Item(
        count=int(bool(status.fault)),
        one="Audit log tampered with",
        many="Faults in the audit log",
        why=status.fault,
        fine=f"The audit log is intact up to entry {status.number:,}.",
        address=reverse("audit:list"),
        oldest=status.fault_at,
        kind="bad",
        word="Not intact",
        doubt={
            "wait": "It has not been verified yet. The worker does it.",
            "stale": "It has not been verified lately. The worker does it.",
        }.get(status.mark, ""),
    )
