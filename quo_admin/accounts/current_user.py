"""Whose session it is: nobody's any more, once the person was deactivated after signing in."""

from typing import Any

from django.contrib.auth import get_user
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.signals import user_logged_in
from django.db.models import F
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from quo_admin.accounts.models import Deactivations

COUNT = "deactivations"  # in the session, as it was at the sign-in


class Backend(ModelBackend):
    """Reads the person of a session and the count of deactivations in one query."""

    def get_user(self, user_id: int) -> User | None:
        people = User.objects.annotate(times_deactivated=F("deactivations__count"))
        user = people.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


class CurrentUserMiddleware(AuthenticationMiddleware):
    """Sets ``request.user``. Reads nothing until a page asks."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user(request))  # type: ignore[assignment]


@receiver(user_logged_in)
def keep_count(request: HttpRequest, user: User, **kwargs: Any) -> None:
    kept = Deactivations.objects.filter(user=user).first()
    request.session[COUNT] = kept.count if kept else 0


def _user(request: HttpRequest) -> Any:
    """Return the person of the session; end a session that is older than a deactivation."""
    user = get_user(request)
    now = getattr(user, "times_deactivated", None) or 0
    if user.is_authenticated and request.session.get(COUNT, 0) != now:
        request.session.flush()
        return AnonymousUser()
    return user
