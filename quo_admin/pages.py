"""What belongs to every page and to no app: its head, the theme, the refusal."""

import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from quo_admin.accounts import roles
from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.onboarding.progress import followed
from quo_admin.onboarding.views.plan import new
from quo_admin.webhooks.views.create import create

THEMES = ("system", "light", "dark")
KEEP_THEME_S = 365 * 24 * 60 * 60

logger = logging.getLogger(__name__)


def look(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what the head of every page shows.

    The theme that this browser keeps, "system" unless one was chosen; and the batch that is being
    carried out, for which nobody asks who may not see it.
    """
    theme = request.COOKIES.get("theme")
    return {
        "theme": theme if theme in THEMES else "system",
        "followed": SimpleLazyObject(followed),
    }


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep a theme in this browser. Open to all, since it touches nothing but their own cookie."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        return HttpResponseBadRequest("There is no such theme.")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = redirect(back)
    response.set_cookie(
        "theme",
        chosen,
        max_age=KEEP_THEME_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def not_ours(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a post that does not bear this page's token (CSRF_FAILURE_VIEW). Nothing is done.

    Who signed in again in another tab posts the old page's token. What was typed into one of the
    long forms then comes back to be sent once more, if the browser says that the post is ours.
    """
    long_forms = {reverse("webhooks:create"): create, reverse("onboarding:new"): new}
    ours = f"{request.scheme}://{request.get_host()}"
    if request.path not in long_forms or request.headers.get("Origin") != ours:
        return render(request, "403_csrf.html", status=403)
    typed = request.POST.copy()
    typed.pop("password", None)
    typed["preview"] = "signed-in-again"
    request.POST = typed  # type: ignore[assignment]
    return long_forms[request.path](request)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that its sender may not make, and write that to the trail (handler403).

    Whoever is in no group yet gets the page that says whom to ask.
    """
    user = request.user
    if not user.is_authenticated:
        return render(request, "403.html", status=403)
    try:
        audit.record(
            actor=user.get_username(), action=Action.PERMISSION_REFUSED, target=request.path
        )
    except Exception:  # a broken trail must not turn a plain refusal into a broken page
        logger.exception("The refusal of %r is not in the trail", request.path)
    if user.is_superuser or user.groups.exists():
        return render(request, "403.html", status=403)
    context = {"whom_to_ask": roles.whom_to_ask()}
    return render(request, "accounts/no_group.html", context, status=403)
