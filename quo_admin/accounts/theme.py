"""The theme of a browser: light, dark, or as the system has it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

THEMES = ("system", "light", "dark")
COOKIE_MAX_AGE_S = 365 * 24 * 60 * 60


def theme_of(request: HttpRequest) -> str:
    """Return the theme of this browser: "system" unless one was chosen."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else "system"


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Store a theme in this browser. Open to everybody: it changes only their own cookie."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        return HttpResponseBadRequest("Unknown theme. Choose system, light or dark.")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = redirect(back)
    response.set_cookie(
        "theme",
        chosen,
        max_age=COOKIE_MAX_AGE_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
