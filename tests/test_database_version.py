"""A database of another version is refused by migrate, and not touched."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db


def test_migrate_rejects_a_database_with_an_unknown_migration():
    recorder = MigrationRecorder(connection)
    recorder.record_applied("webhooks", "0002_of_another_version")
    before = recorder.applied_migrations().keys()

    with pytest.raises(CommandError, match="Another version of Quo Admin created this database"):
        call_command("migrate", verbosity=0)

    assert recorder.applied_migrations().keys() == before


def test_migrate_ignores_unknown_migrations_of_other_apps():
    MigrationRecorder(connection).record_applied("somebody_elses", "0001_initial")

    call_command("migrate", verbosity=0)
