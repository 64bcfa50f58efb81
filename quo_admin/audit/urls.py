from django.urls import path

from quo_admin.audit import views

app_name = "audit"
urlpatterns = [path("", views.entries, name="list")]
