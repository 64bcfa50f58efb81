from django.urls import path

from quo_admin.webhooks import url_converters  # noqa: F401  (registers "quo_id")
from quo_admin.webhooks.policies.views import acknowledge, findings

urlpatterns = [
    path("findings/", findings.findings, name="findings"),
    path("<quo_id:quo_id>/findings/<slug:policy>/", acknowledge.finding, name="finding"),
]
