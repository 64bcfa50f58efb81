from django.urls import path

from quo_admin.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.webhook_list, name="list"),
    path("new/", views.create, name="create"),
    path("<str:quo_id>/", views.detail, name="detail"),
    path("<str:quo_id>/key/", views.key, name="key"),
    path("<str:quo_id>/key/<str:token>/", views.receipt, name="receipt"),
]
