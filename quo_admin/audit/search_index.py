"""The index of the audit log's search, over trigrams: every three characters in a row of a text.

PostgreSQL has an index of the extension pg_trgm. SQLite has a table of its extension FTS5 without a
copy of the texts, and a trigger that adds each new entry. Both are created after every migrate and
not by a migration, as the triggers in triggers.py are. Without them the search finds the same, but
reads every entry.
"""

import logging
from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger(__name__)

TABLE = "audit_entry"
INDEX = "audit_entry_search"
TRIGGER = "audit_entry_search_add"
COLUMNS = ("target", "label", "before", "after", "ip", "request_id")
STEP = 5_000  # entries indexed in one transaction

# No text contains a line break (see chain.clean), so nothing is found across two columns.
JOINER = " || '\n' || "
# A number is found only as a whole, with its line breaks.
ROW = "{0}number, '\n' || {0}number || '\n', " + JOINER.join(f"{{0}}{name}" for name in COLUMNS)
ADD = f"INSERT INTO {INDEX} (rowid, number, text)"

ADVICE = {
    "sqlite": "Run `manage.py migrate`. It needs SQLite 3.34 or newer with FTS5.",
    "postgresql": "Ask the administrator of the database to run `CREATE EXTENSION pg_trgm`, then"
    " run `manage.py migrate`.",
}


def put(using: str = "default", **kwargs: Any) -> None:
    """Create the index, and add the entries that are there. Does nothing if it is complete.

    A database that refuses it, as hosted ones may, is left without; see ``check``.
    """
    if not missing(using):
        return
    connection = connections[using]
    try:
        if connection.vendor == "sqlite":
            _put_on_sqlite(connection)
        else:
            _put_on_postgresql(connection)
    except DatabaseError as exc:
        reason = " ".join(str(exc).split())
        log.warning("The search of the audit log has no index: %s", reason)


def drop(using: str = "default") -> None:
    """Remove what does not keep up when entries are changed or deleted."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER IF EXISTS {TRIGGER}")
            cursor.execute(f"DROP TABLE IF EXISTS {INDEX}")


def exists(using: str = "default") -> bool:
    """Whether the index is there and complete. One query."""
    connection = connections[using]
    if connection.vendor == "sqlite":  # the trigger is created last
        query = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = %s"
        parameter = TRIGGER
    else:
        query = "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND indisvalid"
        parameter = INDEX
    with connection.cursor() as cursor:
        cursor.execute(query, [parameter])
        return cursor.fetchone() is not None


def missing(using: str = "default") -> bool:
    """Whether the audit log exists without the index."""
    return TABLE in connections[using].introspection.table_names() and not exists(using)


def check(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn of a search that reads every entry."""
    return [
        checks.Warning(
            f"The search of the audit log has no index in the database “{using}”, so it is slow.",
            hint=ADVICE[connections[using].vendor],
            id="audit.W002",
        )
        for using in databases or []
        if missing(using)
    ]


def _put_on_sqlite(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX}"
            " USING fts5(number, text, content='', tokenize='trigram')"
        )
        while not _add_next(connection):
            pass


def _add_next(connection: BaseDatabaseWrapper) -> bool:
    """Add the next entries. After the last ones, create the trigger, in the same transaction."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(
            f"{ADD} SELECT {ROW.format('')} FROM {TABLE} WHERE number >"  # noqa: S608
            f" (SELECT COALESCE(MAX(rowid), 0) FROM {INDEX}) ORDER BY number LIMIT %s",
            [STEP],
        )
        if cursor.rowcount == STEP:
            return False
        cursor.execute(
            f"CREATE TRIGGER IF NOT EXISTS {TRIGGER} AFTER INSERT ON {TABLE}"  # noqa: S608
            f" BEGIN {ADD} VALUES ({ROW.format('NEW.')}); END"
        )
        return True


def _put_on_postgresql(connection: BaseDatabaseWrapper) -> None:
    """Create the index while entries are recorded, unless in a transaction, where it cannot be."""
    at_once = "" if connection.in_atomic_block else "CONCURRENTLY"
    with connection.cursor() as cursor:
        with transaction.atomic(using=connection.alias):
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")  # an earlier one that was interrupted
        cursor.execute(
            f"CREATE INDEX {at_once} {INDEX} ON {TABLE}"
            f" USING gin (UPPER({JOINER.join(COLUMNS)}) gin_trgm_ops)"
        )
        cursor.execute(f"ANALYZE {TABLE}")  # to know how often each trigram occurs
