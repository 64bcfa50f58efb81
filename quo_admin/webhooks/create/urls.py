from django.urls import path

from quo_admin.webhooks.create import views

urlpatterns = [
    path("new/", views.create, name="create"),
    path("new/live/", views.live, name="live"),
]
