from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "quo_admin.webhooks"

    def ready(self) -> None:
        from quo_admin.webhooks import keys

        keys.box()  # stops every process at once, by name, where FIELD_KEYS cannot be used
