from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "quo_admin.workspace"

    def ready(self) -> None:
        from quo_admin.worker import jobs
        from quo_admin.workspace import services, sync_parts

        sync_parts.register(services.MEMBERS)
        sync_parts.register(services.NUMBERS)
        jobs.register("sync", services.sync_next)
