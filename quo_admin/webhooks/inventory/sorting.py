"""The columns of the list, and the orders that they give."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import F
from django.db.models.expressions import Combinable

from quo_admin.webhooks.models.cursor import Order
from quo_admin.webhooks.models.expressions import Short
from quo_admin.workspace.models import Member

NEWEST = "-created"  # the default order


@dataclass(frozen=True)
class Column:
    """A column: its label, what it sorts by, and the description of each order.

    ``wide``: shown only if there is room.
    """

    word: str
    key: Combinable | None
    up: str
    down: str
    wide: bool = False


COLUMNS = {
    "label": Column("Label and ID", F("sort_name"), "by label, A to Z", "by label, Z to A"),
    "state": Column("State", Short("list_status"), "by state, A to Z", "by state, Z to A"),
    "events": Column("Events", F("event_set"), "by events, A to Z", "by events, Z to A"),
    "numbers": Column(
        "Numbers", F("number_count"), "fewest named numbers first", "most numbers first"
    ),
    "host": Column("Endpoint", F("host"), "by host, A to Z", "by host, Z to A"),
    "fingerprint": Column(
        "Fingerprint", F("key_fingerprint"), "by fingerprint", "by fingerprint, descending", True
    ),
    "member": Column("Member", Short("user_id"), "by member, A to Z", "by member, Z to A", True),
    "created": Column("Created", None, "oldest first", "newest first"),
}
SORTS = [way + name for name in COLUMNS for way in ("", "-")]


def order_of(sort: str) -> Order:
    """Return the order of a sort as in the URL, such as "label" or "-created"."""
    name = sort.removeprefix("-")
    if name == "created":
        return Order(down=not sort.startswith("-"))
    values = _members_by_name() if name == "member" else None
    return Order(COLUMNS[name].key, down=sort.startswith("-"), values=values)


def _members_by_name() -> tuple[str, ...]:
    """Return every member ID that a webhook has, in the order of the members' names.

    Unknown members sort by their ID; webhooks without a member come last.
    """
    ids = distinct("SUBSTR(user_id, 1, 100)")
    names = {member.quo_id: str(member).lower() for member in Member.objects.all()}
    return (*sorted(ids, key=lambda one: (names.get(one, one.lower()), one)), "")


def distinct(indexed: str) -> list[str]:
    """Return the distinct values of a column of webhooks, or of an expression, without "".

    One value after another along the index, since DISTINCT would read all of it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE found(one) AS ("  # noqa: S608  # two columns of ours ask this
            f" SELECT MIN({indexed}) FROM webhooks_webhook WHERE {indexed} > '' UNION ALL"
            f" SELECT (SELECT MIN({indexed}) FROM webhooks_webhook WHERE {indexed} > found.one)"
            f" FROM found WHERE found.one IS NOT NULL"
            f") SELECT one FROM found WHERE one IS NOT NULL"
        )
        return [one for (one,) in cursor.fetchall()]


def words_of(sort: str) -> str:
    column = COLUMNS[sort.removeprefix("-")]
    return column.down if sort.startswith("-") else column.up
