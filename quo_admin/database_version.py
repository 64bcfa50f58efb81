"""Refuses to migrate a database that another version of Quo Admin created."""

from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.loader import MigrationLoader

OTHER_VERSION = (
    "Another version of Quo Admin created this database: set DATABASE_URL to a new one "
    "(for the demo: manage.py demo --data NEW_FOLDER), then migrate and sync."
)


def refuse_other_versions(*, using: str, **kwargs: Any) -> None:
    """Handle ``pre_migrate``: raise if a migration of ours was applied that this version lacks.

    Raises:
        CommandError: before anything was changed in the database.
    """
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("quo_admin.")}
    loader = MigrationLoader(connections[using])
    applied = {key for key in loader.applied_migrations if key[0] in ours}
    if applied - set(loader.disk_migrations):
        raise CommandError(OTHER_VERSION)
