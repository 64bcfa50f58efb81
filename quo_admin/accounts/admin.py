"""People and groups: the Django admin, for superusers only."""

from typing import Any

import allauth.account.admin  # noqa: F401  (registers models that are unregistered below)
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest

USERNAME_HELP = (
    "The audit log identifies people by username, so it cannot change. To rename a person, "
    "create a new account and deactivate this one."
)

admin.site.unregister(EmailAddress)
admin.site.unregister(User)


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # Django's has no brackets
    """People in the admin. Usernames cannot change: the audit log identifies people by them."""

    # Without "usable_password", whose help speaks of sign-in methods that Quo Admin does not have.
    add_fieldsets = ((None, {"fields": ("username", "password1", "password2")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(["username"] if obj else [])]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        options = {"help_texts": {"username": USERNAME_HELP}} if obj else {}
        return super().get_form(request, obj, change=change, **options | kwargs)
