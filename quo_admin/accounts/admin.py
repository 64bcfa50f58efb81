"""People and groups: Django's admin, for superusers, with nothing else in it."""

import allauth.account.admin  # noqa: F401  (so that what it puts in can be taken out)
from allauth.account.models import EmailAddress
from django.contrib import admin

admin.site.unregister(EmailAddress)
