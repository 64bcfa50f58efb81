from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "quo_admin.webhooks"

    def ready(self) -> None:
        from quo_admin.webhooks import keys
        from quo_admin.webhooks.services import settle, sweep
        from quo_admin.worker import jobs
        from quo_admin.workspace import parts

        parts.register(sweep.WEBHOOKS)
        jobs.register("settle", settle.settle_next)
        keys.box()  # stops every process at once, by name, where FIELD_KEYS cannot be used
