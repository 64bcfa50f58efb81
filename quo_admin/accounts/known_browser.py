"""Browsers in which a person has signed in before.

Each keeps a signed cookie with the person's name and a random mark. Wrong passwords from it are
counted separately, so that somebody who types wrong passwords for a person's name elsewhere does
not lock that person out. The cookie grants five tries of its own, and nothing else.
"""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "known"
MAX_AGE_S = 180 * 24 * 60 * 60


def mark(request: HttpRequest, username: str) -> str:
    """Return this browser's mark if this person signed in with it before, else ""."""
    # A cookie of another person, an expired or a forged one counts as none.
    return request.get_signed_cookie(COOKIE, "", salt=username.lower(), max_age=MAX_AGE_S) or ""


def remember(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Store a mark for this person in the browser, the old one if there is one."""
    response.set_signed_cookie(
        COOKIE,
        mark(request, username) or secrets.token_hex(8),
        salt=username.lower(),
        max_age=MAX_AGE_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
