"""People and groups: Django's admin, for superusers, with nothing else in it."""

from typing import Any

import allauth.account.admin  # noqa: F401  (so that what it puts in can be taken out)
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest

KEPT = (
    "The audit log identifies people by username, so it cannot change. To rename a person, "
    "create a new account and deactivate this one."
)

admin.site.unregister(EmailAddress)
admin.site.unregister(User)


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # Django's has no brackets
    """People in the admin. The username stays: the audit log identifies people by it."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(["username"] if obj else [])]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        told = {"help_texts": {"username": KEPT}} if obj else {}
        return super().get_form(request, obj, change=change, **told | kwargs)
