import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.backends.sqlite3.schema import DatabaseSchemaEditor as SqliteEditor

from quo_admin.audit import triggers
from quo_admin.audit.models import Entry

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite does this")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone")


def refused(statement):
    """Whether the database refuses a statement, saying why."""
    cursor = connection.cursor()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        cursor.execute(statement)
    return True


def all_refused():
    return refused("UPDATE audit_entry SET actor = 'eve'") and refused("DELETE FROM audit_entry")


def test_database_rejects_updating_or_deleting_an_entry(five):
    assert all_refused()
    assert Entry.objects.filter(actor="ada").count() == 5


@on_postgresql
def test_database_rejects_truncating_the_audit_log(five):
    assert refused("TRUNCATE audit_entry")


@on_sqlite
@pytest.mark.parametrize("column", ["id", "number"])
def test_database_rejects_replacing_an_entry(five, column):
    columns = [field.column for field in Entry._meta.concrete_fields if field.column != "id"]
    named = ", ".join(f'"{name}"' for name in ["id", *columns])
    picked = named.replace('"number"' if column == "id" else '"id"', "100")

    assert refused(f"INSERT OR REPLACE INTO audit_entry ({named}) SELECT {picked} FROM audit_entry")


def test_triggers_remain_after_migrating_again(five):
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0)

    assert all_refused()


@on_sqlite
def test_rebuilt_table_gives_a_warning_and_migrate_restores_the_triggers(transactional_db):
    with SqliteEditor(connection) as editor:
        editor._remake_table(Entry)
    assert [warning.id for warning in triggers.check(databases=["default"])] == ["audit.W001"]

    call_command("migrate", verbosity=0)

    assert triggers.check(databases=["default"]) == []
    assert all_refused()


@on_postgresql
def test_disabled_trigger_is_reported_as_missing(five):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")

    assert triggers.missing()


def test_system_check_without_databases_does_not_query_the_database():
    assert triggers.check() == []
