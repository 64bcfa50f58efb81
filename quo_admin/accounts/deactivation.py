"""Deactivating a person ends their sessions and one-time links for good.

A trigger counts the deactivations and deletes the links, whatever deactivates: the admin, code,
``QuerySet.update`` or SQL. A session keeps the count of its sign-in, and ends when that is old.
"""

from typing import Any

from django.contrib.auth.models import User
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from quo_admin.accounts.models import Deactivations

TRIGGER = "accounts_deactivation"
PEOPLE = User._meta.db_table
COUNTS = Deactivations._meta.db_table
WHEN = (
    f"AFTER UPDATE OF is_active ON {PEOPLE} FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active)"
)
COUNT = (
    f"INSERT INTO {COUNTS} (user_id, count) VALUES (NEW.id, 1)"  # noqa: S608 - no input
    f" ON CONFLICT (user_id) DO UPDATE SET count = {COUNTS}.count + 1;"
)

ENDED: list[type[models.Model]] = []


def ends(model: type[models.Model]) -> None:
    """Delete a person's rows of this model, found by ``staff``, when the person is deactivated."""
    ENDED.append(model)


def put_trigger(using: str = "default", **kwargs: Any) -> None:
    """Create the trigger after a migrate, if all its tables exist."""
    connection = connections[using]
    tables = {PEOPLE, COUNTS, *(model._meta.db_table for model in ENDED)}
    drop_trigger(using)
    if tables <= set(connection.introspection.table_names()):
        with connection.cursor() as cursor:
            for statement in _create_statements(connection):
                cursor.execute(statement)


def drop_trigger(using: str = "default", **kwargs: Any) -> None:
    """Remove the trigger before a migrate: SQLite renames no table while a trigger names it."""
    connection = connections[using]
    if PEOPLE not in connection.introspection.table_names():
        return
    table = "" if connection.vendor == "sqlite" else f" ON {PEOPLE}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS {TRIGGER}{table}")


def _create_statements(connection: BaseDatabaseWrapper) -> list[str]:
    deletions = [
        f"DELETE FROM {model._meta.db_table} WHERE staff_id = NEW.id;"  # noqa: S608 - no input
        for model in ENDED
    ]
    work = " ".join([COUNT, *deletions])
    if connection.vendor == "sqlite":
        return [f"CREATE TRIGGER {TRIGGER} {WHEN} BEGIN {work} END"]
    return [
        f"CREATE OR REPLACE FUNCTION {TRIGGER}() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN {work} RETURN NULL; END $$",
        f"CREATE TRIGGER {TRIGGER} {WHEN} EXECUTE FUNCTION {TRIGGER}()",
    ]
