from django.apps import AppConfig


class NumbersConfig(AppConfig):
    name = "quo_admin.numbers"

    def ready(self) -> None:
        from quo_admin.numbers import update as coverage
        from quo_admin.webhooks.changes import webhooks_changed
        from quo_admin.worker import kept_rows
        from quo_admin.workspace.signals import numbers_changed

        webhooks_changed.connect(coverage.on_webhooks_changed)
        numbers_changed.connect(coverage.on_numbers_changed)
        kept_rows.register(
            kept_rows.KeptRows(
                "coverage", coverage.next_pks, coverage.differences_in_words, coverage.rebuild
            )
        )
