"""Pages for requests that failed: no permission, no CSRF token, too many, or no database."""

import logging
import re
from collections.abc import Callable

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from quo_admin.accounts import roles
from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.database_outage import UNAVAILABLE
from quo_admin.onboarding.views import new
from quo_admin.webhooks.create.views import create

log = logging.getLogger(__name__)
RETRY_AFTER_S = 60
PROBE = "can be written"  # a key in the cache
ORIGIN = re.compile(r"https?://[-\w.:\[\]]{1,255}", re.ASCII)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Handle a POST whose CSRF check failed (CSRF_FAILURE_VIEW). Nothing is changed.

    After signing in again in another tab, a page posts its old token. The two long forms then
    come back with their input, if the browser says that the POST is from our own site.
    """
    origin = request.headers.get("Origin", "")
    if origin and reason.startswith("Origin checking failed"):
        log.warning(
            "A form posted from %r was rejected. If people open Quo Admin at this address, set "
            "CSRF_TRUSTED_ORIGINS=%s",
            origin,
            origin if ORIGIN.fullmatch(origin) else "<the address>",
        )
    long_forms = {reverse("webhooks:create"): create, reverse("onboarding:new"): new}
    own_origin = f"{request.scheme}://{request.get_host()}"
    if request.path not in long_forms or origin != own_origin:
        return render(request, "403_csrf.html", status=403)
    posted = request.POST.copy()
    posted.pop("password", None)
    posted["preview"] = "signed-in-again"
    request.POST = posted  # type: ignore[assignment]
    return long_forms[request.path](request)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handle a request without permission, and record it in the audit log (handler403).

    A user without a group gets a page that says whom to ask.
    """
    user = request.user
    if not user.is_authenticated:
        return render(request, "403.html", status=403)
    try:
        audit.record(
            actor=user.get_username(), action=Action.PERMISSION_DENIED, target=request.path
        )
    except Exception:  # a failing audit log must not turn a refusal into a server error
        log.exception("The refusal of %r is not in the audit log", request.path)
    if user.is_superuser or user.groups.exists():
        return render(request, "403.html", status=403)
    context = {"access_contacts": roles.access_contacts()}
    return render(request, "accounts/no_group.html", context, status=403)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Handle a request over a limit (handler429).

    Limits are counted in the database, and without space on its disk nothing can be counted. That
    reaches us as a limit, since the cache hides why it did not store something.
    """
    cache.delete(PROBE)
    if cache.add(PROBE, True):
        return render(request, "429.html", status=429)
    return _database_unavailable("the cache cannot be written")


class DatabaseOutageMiddleware:
    """Shows a page of its own, and logs one line, while the database does not respond."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse | None:
        return _database_unavailable(str(exc)) if isinstance(exc, UNAVAILABLE) else None


def _database_unavailable(reason: str) -> HttpResponse:
    log.error("The database cannot be used: %s", " ".join(reason.split()))
    # Without the request, whose user would be read from the database.
    page = render_to_string("503.html")
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER_S)})
