from django.urls import path

from quo_admin.webhooks import url_converters  # noqa: F401  (registers "quo_id")
from quo_admin.webhooks.sync import views

urlpatterns = [
    path("accept/", views.accept_all, name="accept_all"),
    path("<quo_id:quo_id>/accept/", views.accept, name="accept"),
]
