"""Recent authentication: sensitive actions need a password that was entered a short while ago.

allauth would keep a POST in the session, with cookies and environment, and replay it after the
password was entered. We redirect to a page with the button instead.
"""

import time

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode


def is_recent(request: HttpRequest) -> bool:
    """Whether the person entered a password here recently; signing in counts.

    Recently: within ACCOUNT_REAUTHENTICATION_TIMEOUT seconds (our limit: 15 minutes).
    """
    if not request.user.is_authenticated:
        return False
    now = time.time()
    return any(
        record.get("method") == "password"
        and 0 <= now - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        for record in get_authentication_records(request, request.user)
    )


def redirect_to_reauthenticate(back: str) -> HttpResponseRedirect:
    """Redirect to the page that asks for the password, and from there to ``back``, by GET."""
    return redirect(reverse("account_reauthenticate") + "?" + urlencode({"next": back}))
