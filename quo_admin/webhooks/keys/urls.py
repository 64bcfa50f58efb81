from django.urls import path

from quo_admin.webhooks import url_converters  # noqa: F401  (registers "quo_id")
from quo_admin.webhooks.keys.views import access, check, reveal, signature

urlpatterns = [
    path("check/", check.check, name="check"),
    path("signature/", signature.signature, name="signature"),
    path("access/", access.access, name="access"),
    path("<quo_id:quo_id>/key/", reveal.key, name="key"),
]
