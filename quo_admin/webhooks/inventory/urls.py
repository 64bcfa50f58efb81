from django.urls import path

from quo_admin.webhooks import url_converters  # noqa: F401  (registers "quo_id")
from quo_admin.webhooks.inventory.views import delete, detail, export, list, list_parts

urlpatterns = [
    path("", list.webhook_list, name="list"),
    path("facets/", list_parts.facets, name="facets"),
    path("states/", list_parts.finding_states, name="finding_states"),
    path("export/", export.export_list, name="export"),
    path("<quo_id:quo_id>/", detail.detail, name="detail"),
    path("<quo_id:quo_id>/delete/", delete.delete, name="delete"),
]
