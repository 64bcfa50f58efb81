from django.urls import path

from quo_admin.webhooks.views import create, pages, reveal

app_name = "webhooks"
urlpatterns = [
    path("", pages.webhook_list, name="list"),
    path("new/", create.create, name="create"),
    path("<str:quo_id>/", pages.detail, name="detail"),
    path("<str:quo_id>/key/", reveal.key, name="key"),
    path("<str:quo_id>/key/<str:token>/", reveal.receipt, name="receipt"),
]
