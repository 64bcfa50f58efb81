"""The admin without its own sign-in and password pages: there is one way for each."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


class PeopleSite(AdminSite):
    """For superusers only. Django's own sign-in page does not limit wrong passwords."""

    site_title = "Quo Admin"
    site_header = "Quo Admin: people and groups"
    index_title = "People and groups"

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not request.user.is_authenticated:
            wanted = request.GET.get("next", "") or reverse("admin:index")
            return redirect_to_login(wanted, reverse("account_login"))
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def password_change(  # type: ignore[override]  # Django's answers with a page of its own
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return redirect("account_change_password")
