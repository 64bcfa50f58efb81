from django.urls import path

from quo_admin.workspace import views

app_name = "workspace"
urlpatterns = [
    path("sweep/", views.sweep_now, name="sweep_now"),
    path("sweeps/", views.sweeps, name="sweeps"),
    path("sweeps/<int:number>/", views.sweep, name="sweep"),
]
