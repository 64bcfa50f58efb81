from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "quo_admin.audit"

    def ready(self) -> None:
        from quo_admin.audit import search_index, triggers

        post_migrate.connect(triggers.put, sender=self)
        post_migrate.connect(search_index.put, sender=self)
        register(triggers.check, Tags.database)
        register(search_index.check, Tags.database)
