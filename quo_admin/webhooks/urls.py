"""Addresses below /webhooks/. Each folder names its own; together they are one namespace."""

from quo_admin.webhooks.create import urls as create
from quo_admin.webhooks.inventory import urls as inventory
from quo_admin.webhooks.keys import urls as keys
from quo_admin.webhooks.policies import urls as policies
from quo_admin.webhooks.reconcile import urls as reconcile
from quo_admin.webhooks.sync import urls as sync

app_name = "webhooks"
urlpatterns = [
    *create.urlpatterns,
    *inventory.urlpatterns,
    *keys.urlpatterns,
    *policies.urlpatterns,
    *reconcile.urlpatterns,
    *sync.urlpatterns,
]
