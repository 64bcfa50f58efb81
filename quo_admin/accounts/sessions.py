"""Sessions in the database that end after a working day, also if a clock was wrong."""

from datetime import timedelta

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from quo_admin import clock


class SessionStore(db.SessionStore):
    """A session that ends too late was stored while a clock was ahead, and counts as ended."""

    def _get_session_from_db(self) -> Session | None:
        session: Session | None = super()._get_session_from_db()  # type: ignore[misc]
        longest = timedelta(seconds=self.get_session_cookie_age())
        if session and clock.is_future(session.expire_date - longest, now=timezone.now()):
            self._session_key = None
            return None
        return session
