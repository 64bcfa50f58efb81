"""The two groups, what they may do, and whom to ask to be put into one."""

from typing import Any

from django.contrib.auth.models import Group, Permission, User

VIEWERS = (
    "audit.view_entry",
    "webhooks.view_webhook",
    "workspace.view_member",
    "workspace.view_number",
    "workspace.view_sync",
)
OPERATORS = (
    *VIEWERS,
    "webhooks.add_webhook",
    "webhooks.delete_webhook",
    "webhooks.reveal_key",
    "workspace.add_sync",
)
GROUPS = {"Viewers": VIEWERS, "Operators": OPERATORS}


def make_groups(using: str = "default", **kwargs: Any) -> None:
    """Make the groups that are not there yet. One that is there is the superuser's to change.

    Nothing is made while a permission is missing: a migrate that stops halfway ends here too,
    and a group created then would never get it.
    """
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    if not set(OPERATORS) <= set(known):
        return
    for name, codenames in GROUPS.items():
        group, made = Group.objects.using(using).get_or_create(name=name)
        if made:
            group.permissions.set(known[codename] for codename in codenames)


def whom_to_ask() -> list[str]:
    """Return the names of those who can put a person into a group."""
    superusers = User.objects.filter(is_superuser=True, is_active=True).order_by("username")
    return [user.get_full_name() or user.get_username() for user in superusers]
