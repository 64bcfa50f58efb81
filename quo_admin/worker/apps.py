from django.apps import AppConfig


class WorkerConfig(AppConfig):
    name = "quo_admin.worker"

    def ready(self) -> None:
        from quo_admin.audit import background
        from quo_admin.worker import jobs, kept_rows

        jobs.register("check kept rows", kept_rows.check_next)
        jobs.register("verify audit log", background.verify_next)
