from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "quo_admin.webhooks"

    def ready(self) -> None:
        from quo_admin.webhooks.keys import sealing
        from quo_admin.webhooks.reconcile import services as reconcile
        from quo_admin.webhooks.sync import services as sync
        from quo_admin.worker import jobs
        from quo_admin.workspace import sync_parts

        sync_parts.register(sync.WEBHOOKS)
        jobs.register("reconcile", reconcile.reconcile_next)
        sealing.box()  # stops every process at once, by name, if FIELD_KEYS cannot be used
