"""Browsers in which a person has signed in before.

Each keeps a signed cookie with the person's name and a mark of its own. Wrong passwords from it
are counted apart, so that whoever types a person's name wrong elsewhere does not keep that person
out. The cookie opens nothing: it buys five tries of one's own, and no more.
"""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "known"
KEEP_S = 180 * 24 * 60 * 60


def mark(request: HttpRequest, username: str) -> str:
    """Return this browser's mark if this person signed in with it before, else nothing."""
    # One that is another person's, too old or not ours counts as none.
    return request.get_signed_cookie(COOKIE, "", salt=username.lower(), max_age=KEEP_S) or ""


def remember(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Let the browser keep a mark for this person, the old one where it has one."""
    response.set_signed_cookie(
        COOKIE,
        mark(request, username) or secrets.token_hex(8),
        salt=username.lower(),
        max_age=KEEP_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
