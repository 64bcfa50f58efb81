from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "quo_admin.workspace"
