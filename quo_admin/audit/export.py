"""The audit log as CSV."""

from collections.abc import Iterator

from quo_admin.audit import pagination, services
from quo_admin.audit.actions import Action
from quo_admin.audit.filters import Filters
from quo_admin.audit.models import Entry
from quo_admin.csv_export import NothingFound

HEADER = (
    "Number", "At (UTC)", "Who", "Action", "Action ID", "Object", "Label", "Before", "After",
    "Address", "Request", "Hash",
)  # fmt: skip


def export(*, actor: str, filters: Filters) -> Iterator[tuple[str | int, ...]]:
    """Record the export in the audit log, and return the rows, newest first.

    Rows are read as they are consumed, up to the entry that was the last one before the export.

    Raises:
        NothingFound: nothing was recorded.
    """
    found = filters.found(is_complete=True)
    if not found.numbers(limit=1):
        raise NothingFound
    last = Entry.objects.head().number
    services.record(
        actor=actor,
        action=Action.EXPORTED,
        target="audit log",
        after=f"CSV{_counted(filters, last)}: {', '.join(filters.words.values()) or 'everything'}",
    )
    return (_row(entry) for entry in pagination.all_below(found, last))


def _counted(filters: Filters, last: int) -> str:
    """Return the number of rows in words; "" if counting would read them all."""
    if filters.q:
        return ""
    count = pagination.count(filters.found()) if filters.on else last
    if count is None:
        return f", more than {pagination.COUNTED:,} rows"
    return f", {count:,} row{'' if count == 1 else 's'}"


def _row(entry: Entry) -> tuple[str | int, ...]:
    return (
        entry.number, entry.at, entry.actor, entry.act, entry.action, entry.target, entry.label,
        entry.before, entry.after, entry.ip, entry.request_id, entry.hash,
    )  # fmt: skip
