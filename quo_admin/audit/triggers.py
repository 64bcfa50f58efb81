"""The triggers that keep the database from changing or removing entries.

Created after every migrate and not by a migration: SQLite drops a table's triggers when a later
migration rebuilds the table.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core import checks
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from quo_admin.audit import search_index
from quo_admin.audit.search_index import TABLE

WORDS = "The audit log is append-only."

# REPLACE removes the conflicting row without the DELETE trigger; hence the third trigger.
SQLITE = {
    "audit_entry_no_update": f"BEFORE UPDATE ON {TABLE} BEGIN",
    "audit_entry_no_delete": f"BEFORE DELETE ON {TABLE} BEGIN",
    "audit_entry_no_replace": f"BEFORE INSERT ON {TABLE} WHEN EXISTS (SELECT 1 FROM {TABLE}"  # noqa: S608
    " WHERE id = NEW.id OR number = NEW.number) BEGIN",
}
POSTGRESQL = "audit_entry_append_only"


def put(using: str = "default", **kwargs: Any) -> None:
    """Create the triggers. Does nothing if they exist, or without the table."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in _create_statements(connection):
            cursor.execute(statement)


def drop(using: str = "default") -> None:
    """Remove the triggers. For tests, which empty their tables."""
    connection = connections[using]
    names = SQLITE if connection.vendor == "sqlite" else [POSTGRESQL]
    table = "" if connection.vendor == "sqlite" else f" ON {TABLE}"
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{table}")


@contextmanager
def temporarily_dropped(using: str = "default") -> Iterator[None]:
    drop(using)
    search_index.drop(using)
    try:
        yield
    finally:
        put(using)
        search_index.put(using)


def missing(using: str = "default") -> bool:
    """Whether the table exists without all of its triggers."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE]
            )
            return not set(SQLITE) <= {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT 1 FROM pg_trigger WHERE tgname = %s AND tgrelid = %s::regclass"
            " AND tgenabled IN ('O', 'A')",
            [POSTGRESQL, TABLE],
        )
        return cursor.fetchone() is None


def check(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn if they are missing. Not an error, which would stop the migrate that creates them."""
    return [
        checks.Warning(
            f"The database “{using}” does not protect the audit log.",
            hint="Run `manage.py migrate`, then `manage.py verify_audit_log`.",
            id="audit.W001",
        )
        for using in databases or []
        if missing(using)
    ]


def _create_statements(connection: BaseDatabaseWrapper) -> list[str]:
    if connection.vendor == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {name} {when} SELECT RAISE(ABORT, '{WORDS}'); END"
            for name, when in SQLITE.items()
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {POSTGRESQL}() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$",
        f"CREATE OR REPLACE TRIGGER {POSTGRESQL} BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {POSTGRESQL}()",
    ]
