from django.apps import AppConfig


class BatchesConfig(AppConfig):
    name = "quo_admin.batches"

    def ready(self) -> None:
        from quo_admin.batches import worker_job
        from quo_admin.worker import jobs

        jobs.register("batch", worker_job.run_next_row, threads=worker_job.THREADS)
