from django.urls import path

from quo_admin.audit.views import entries, verify

app_name = "audit"
urlpatterns = [
    path("", entries.entries, name="list"),
    path("export/", entries.export, name="export"),
    path("verify/", verify.verify, name="verify"),
]
