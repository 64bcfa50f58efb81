from django.urls import path

from quo_admin.onboarding import views

app_name = "onboarding"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("new/", views.new, name="new"),
    path("new/live/", views.live, name="live"),
    path("template.csv", views.csv_template, name="csv_template"),
    path("template.xlsx", views.excel_template, name="excel_template"),
]
