from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate, pre_migrate


class AccountsConfig(AppConfig):
    name = "quo_admin.accounts"

    def ready(self) -> None:
        from quo_admin.accounts import (  # noqa: F401  (registers receivers)
            audit_changes,
            audit_sign_ins,
            current_user,
            deactivation,
            roles,
        )

        pre_migrate.connect(deactivation.drop_trigger, sender=self)
        post_migrate.connect(deactivation.put_trigger, sender=self)
        post_migrate.connect(roles.make_groups, sender=self)


class PeopleAdminConfig(admin_apps.AdminConfig):
    """Replaces Django's admin in INSTALLED_APPS."""

    default = False  # is not the config of "quo_admin.accounts"
    default_site = "quo_admin.accounts.admin_site.PeopleSite"
