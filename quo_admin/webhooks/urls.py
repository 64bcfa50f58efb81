"""Addresses below /webhooks/. Each folder names its own; together they are one namespace."""

from django.urls import path

from quo_admin.webhooks.create import urls as create
from quo_admin.webhooks.inventory import urls as inventory
from quo_admin.webhooks.inventory.detail import page_context
from quo_admin.webhooks.keys import urls as keys
from quo_admin.webhooks.keys.views import reveal
from quo_admin.webhooks.policies import urls as policies
from quo_admin.webhooks.reconcile import urls as reconcile
from quo_admin.webhooks.sync import urls as sync

app_name = "webhooks"
urlpatterns = [
    *create.urlpatterns,
    *inventory.urlpatterns,
    *keys.urlpatterns,
    path(
        "<quo_id:quo_id>/key/<slug:token>/",
        reveal.one_time_link,
        {"page_context": page_context},
        name="one_time_link",
    ),
    *policies.urlpatterns,
    *reconcile.urlpatterns,
    *sync.urlpatterns,
]
