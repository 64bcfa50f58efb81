"""The two groups, their permissions, and who can add users to them."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, Group, Permission, User

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
    """Create missing groups. Existing groups are not changed: superusers may have edited them.

    Nothing is created while a permission is missing, as after a migrate that stopped halfway: a
    group created then would never get that permission.
    """
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    if not set(OPERATORS) <= set(known):
        return
    for name, codenames in GROUPS.items():
        group, created = Group.objects.using(using).get_or_create(name=name)
        if created:
            group.permissions.set(known[codename] for codename in codenames)


def role_of(user: User | AnonymousUser) -> str:
    """Return what a user may do, in one word."""
    if user.is_superuser:
        return "Superuser"
    if user.has_perm("webhooks.add_webhook"):
        return "Operator"
    return "Viewer" if user.has_perm("webhooks.view_webhook") else "No group"


def access_contacts() -> list[str]:
    """Return the names of the users who can add somebody to a group."""
    superusers = User.objects.filter(is_superuser=True, is_active=True).order_by("username")
    return [user.get_full_name() or user.get_username() for user in superusers]
