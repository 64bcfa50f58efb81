from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import pre_migrate


class WorkspaceConfig(AppConfig):
    name = "quo_admin.workspace"

    def ready(self) -> None:
        from quo_admin.database_version import refuse_other_versions
        from quo_admin.worker import jobs
        from quo_admin.workspace import checks, services, sync_lists, sync_parts

        sync_parts.register(sync_lists.MEMBERS)
        sync_parts.register(sync_lists.NUMBERS)
        jobs.register("sync", services.sync_next)
        pre_migrate.connect(refuse_other_versions, sender=self)
        register(checks.check_default_country)
