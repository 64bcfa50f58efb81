from django.urls import path

from quo_admin.workspace import views

app_name = "workspace"
urlpatterns = [
    path("", views.syncs, name="syncs"),
    path("now/", views.sync_now, name="sync_now"),
    path("<int:number>/", views.sync, name="sync"),
]
