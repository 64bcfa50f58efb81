from django.apps import AppConfig


class BatchesConfig(AppConfig):
    name = "quo_admin.batches"

    def ready(self) -> None:
        from quo_admin.accounts import deactivation
        from quo_admin.batches import worker_job
        from quo_admin.batches.models import KeyHandover
        from quo_admin.worker import jobs

        deactivation.ends(KeyHandover)
        jobs.register("batch", worker_job.run_next_row, threads=worker_job.THREADS)
