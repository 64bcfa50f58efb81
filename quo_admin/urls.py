"""Every address of the site. Each app names its own below its word on the menu."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from quo_admin import pages
from quo_admin.home import views as home
from quo_admin.webhooks.views import exposure

urlpatterns = [
    path("", home.home, name="home"),
    path("theme/", pages.theme, name="theme"),
    path("favicon.ico", RedirectView.as_view(url=static("icon.svg"))),  # for pages not ours: admin
    path("webhooks/", include("quo_admin.webhooks.urls")),
    path("numbers/", include("quo_admin.onboarding.urls_numbers")),
    path("numbers/", include("quo_admin.workspace.urls")),
    path("onboarding/", include("quo_admin.onboarding.urls")),
    path("audit/exposure/", exposure.exposure, name="exposure"),
    path("audit/", include("quo_admin.audit.urls")),
    path("accounts/", include("quo_admin.accounts.urls")),
    path("admin/", admin.site.urls),
]

handler403 = "quo_admin.pages.refused"
