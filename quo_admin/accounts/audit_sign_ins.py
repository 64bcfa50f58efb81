"""Audit entries for sign-ins.

No entry, no sign-in: an error here fails the request. A typed name is recorded only if it is an
account's, since people type passwords into the wrong field.
"""

from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.account.signals import user_logged_in as answer_ready
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from quo_admin.accounts import known_browser
from quo_admin.audit import origin
from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action


@receiver(user_logged_in)
def record_sign_in(user: User, **kwargs: Any) -> None:
    audit.record(actor=user.get_username(), action=Action.SIGNED_IN)


@receiver(answer_ready)
def remember_known_browser(
    request: HttpRequest, response: HttpResponse, user: User, **kwargs: Any
) -> None:
    known_browser.remember(request, response, user.get_username())


@receiver(user_login_failed)
def record_failed_sign_in(credentials: dict[str, Any], **kwargs: Any) -> None:
    typed = credentials.get("username", "")
    account = User.objects.filter(username=typed).first()
    audit.record(
        actor=origin.current().username,
        action=Action.SIGN_IN_FAILED,
        target=account.get_username() if account else "",
    )


@receiver(user_logged_out)
def record_sign_out(user: User | None, **kwargs: Any) -> None:
    if user:
        audit.record(actor=user.get_username(), action=Action.SIGNED_OUT)


@receiver(authentication_step_completed)
def record_reauthentication(user: User, reauthenticated: bool = False, **kwargs: Any) -> None:
    if reauthenticated:
        audit.record(actor=user.get_username(), action=Action.FRESH_SIGN_IN)
