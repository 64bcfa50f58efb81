"""The stock Django admin over our table, for tests/bench/lists.py: its addresses beside ours."""

from django.contrib import admin
from django.urls import path

from quo_admin.urls import urlpatterns as ours
from quo_admin.webhooks.models import Webhook


class Stock(admin.ModelAdmin):
    list_display = (
        *("label", "quo_id", "status", "events", "resource_ids", "host", "key_fingerprint"),
        *("user_id", "created_or_seen_at", "created_by"),
    )
    list_filter = ("status", "host")
    search_fields = ("label", "host", "quo_id", "subscriptions__resource_id")
    list_per_page = 50
    readonly_fields = ("list_status",)

    def lookup_allowed(self, lookup, value, request=None):
        return True  # status with event, which has no filter of its own


class Lean(Stock):
    """The same without the filter by host, which lists each of them beside the list."""

    list_filter = ("status",)


stock, lean = admin.AdminSite("stock"), admin.AdminSite("lean")
stock.register(Webhook, Stock)
lean.register(Webhook, Lean)
urlpatterns = [*ours, path("stock/", stock.urls), path("lean/", lean.urls)]
