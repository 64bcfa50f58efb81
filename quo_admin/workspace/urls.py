from django.urls import path

from quo_admin.workspace import views

app_name = "workspace"
urlpatterns = [
    path("", views.numbers, name="numbers"),
    path("sweep/", views.sweep, name="sweep"),
]
