from django.urls import path

from quo_admin.audit.views import pages, verify

app_name = "audit"
urlpatterns = [
    path("", pages.entries, name="list"),
    path("export/", pages.export, name="export"),
    path("verify/", verify.verify, name="verify"),
]
