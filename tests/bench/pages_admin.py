"""The addresses of tests/bench/pages.py: the site, the stock Django admin, and a page with nothing.

The stock admin shows what its list can without work of ours, with as many rows as our page.
"""

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import path

from quo_admin.audit.models import Entry
from quo_admin.batches.models import Batch
from quo_admin.urls import urlpatterns as ours
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.workspace.models import Number


class Plain(admin.ModelAdmin):
    list_per_page = 50

    def lookup_allowed(self, lookup, value, request=None):
        return True  # an event, which has no filter of its own


class Webhooks(Plain):
    list_display = (
        *("label", "quo_id", "status", "events", "resource_ids", "host", "key_fingerprint"),
        *("user_id", "created_at", "created_by"),
    )
    list_filter = ("status",)
    search_fields = ("label", "host", "quo_id", "subscriptions__resource_id")
    readonly_fields = tuple(field.name for field in Webhook._meta.fields if field.generated)


class Numbers(Plain):
    list_display = ("name", "number", "quo_id", "group_id", "member_ids", "porting_status")
    list_filter = ("porting_status",)
    search_fields = ("name", "number", "quo_id")
    list_per_page = 100


class Attempts(Plain):
    list_display = ("started_at", "actor", "state", "webhook_id", "message")
    list_filter = ("state",)


class Batches(Plain):
    list_display = ("id", "state", "row_count", "planned_by", "planned_at", "ended_at")
    list_per_page = 25


class Entries(Plain):
    list_display = ("number", "at", "actor", "action", "target", "label", "before", "after", "ip")
    search_fields = ("target", "label", "before", "after", "ip", "request_id")
    ordering = ("-number",)


stock = admin.AdminSite("stock")
for model, page in {
    Webhook: Webhooks,
    Number: Numbers,
    Attempt: Attempts,
    Batch: Batches,
    Entry: Entries,
}.items():
    stock.register(model, page)


@login_required
def nothing(request):
    """A page that has only what every page has: the menu, the theme, who is signed in."""
    return render(request, "404.html")


urlpatterns = [*ours, path("nothing/", nothing), path("stock/", stock.urls)]
