from django.apps import AppConfig


class WorkerConfig(AppConfig):
    name = "quo_admin.worker"
