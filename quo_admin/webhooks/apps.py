from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save


class WebhooksConfig(AppConfig):
    name = "quo_admin.webhooks"

    def ready(self) -> None:
        from django.contrib.auth.models import User

        from quo_admin.accounts import deactivation
        from quo_admin.webhooks.changes import webhooks_changed
        from quo_admin.webhooks.keys import sealing
        from quo_admin.webhooks.keys.checks import check_stored_keys
        from quo_admin.webhooks.models import OneTimeLink
        from quo_admin.webhooks.policies import update as findings
        from quo_admin.webhooks.reconcile import services as reconcile
        from quo_admin.webhooks.sync import services as sync
        from quo_admin.worker import jobs, kept_rows
        from quo_admin.workspace import sync_parts
        from quo_admin.workspace.signals import members_changed, numbers_changed

        webhooks_changed.connect(findings.on_webhooks_changed)
        numbers_changed.connect(findings.on_numbers_changed)
        members_changed.connect(findings.on_members_changed)
        pre_save.connect(findings.before_person_is_saved, sender=User)
        pre_delete.connect(findings.before_person_is_deleted, sender=User)
        post_save.connect(findings.on_person_saved, sender=User)
        post_delete.connect(findings.on_person_deleted, sender=User)
        kept_rows.register(
            kept_rows.KeptRows(
                "findings", findings.next_pks, findings.differences_in_words, findings.update
            )
        )
        deactivation.ends(OneTimeLink)
        sync_parts.register(sync.WEBHOOKS)
        jobs.register("reconcile", reconcile.reconcile_next)
        register(check_stored_keys, Tags.database)
        sealing.box()  # stops every process at once, by name, if FIELD_KEYS cannot be used
