"""The URLs of the site. Each app has its own below the word of the menu."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from quo_admin.accounts import theme
from quo_admin.home import views as home

urlpatterns = [
    path("", home.home, name="home"),
    path("theme/", theme.set_theme, name="theme"),
    # The admin's pages link no icon, so browsers request this one.
    path("favicon.ico", RedirectView.as_view(url=static("icon.svg"))),
    path("webhooks/", include("quo_admin.webhooks.urls")),
    path("numbers/", include("quo_admin.numbers.urls")),
    path("onboarding/", include("quo_admin.onboarding.urls")),
    path("batches/", include("quo_admin.batches.urls")),
    path("sync/", include("quo_admin.workspace.urls")),
    path("audit/", include("quo_admin.audit.urls")),
    path("accounts/", include("quo_admin.accounts.urls")),
    path("admin/", admin.site.urls),
]

handler403 = "quo_admin.error_pages.permission_denied"
handler429 = "quo_admin.error_pages.too_many_requests"
