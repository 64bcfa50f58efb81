"""Our allauth adapter: no sign-up, our own error messages, login limits per user and browser."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from quo_admin.accounts import known_browser
from quo_admin.audit import origin


class AllauthAdapter(DefaultAccountAdapter):
    """The limits are in ACCOUNT_RATE_LIMITS; this is what they are counted by."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "enter_current_password": "That is not your current password.",
        "incorrect_password": "That is not your password.",
        "too_many_login_attempts": "Too many failed sign-ins. Wait five minutes, then try again.",
        "username_password_mismatch": ("Wrong username or password. Check capital letters."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Redirect only to pages of this site, given by their path."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Count by the IP address that the audit log shows; without one, all count together."""
        return origin.client_ip(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count by the typed username, and separately in a known browser.

        Otherwise anybody could lock a person out by typing a wrong password for that name again and
        again.
        """
        username = str(credentials.get("username", "")).lower()
        return f"{username}:{known_browser.mark(request, username)}"
