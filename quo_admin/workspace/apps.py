from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "quo_admin.workspace"

    def ready(self) -> None:
        from quo_admin.worker import jobs
        from quo_admin.workspace import parts, services

        parts.register(services.MEMBERS)
        parts.register(services.NUMBERS)
        jobs.register("sweep", services.sweep_next)
