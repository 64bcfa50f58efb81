"""Creates a client from Django's settings."""

import threading

from django.conf import settings

from quo_admin.quo.base_address import api_key_problem
from quo_admin.quo.client import Client
from quo_admin.quo.exceptions import NotSent
from quo_admin.quo.rate_limiter import DatabaseRateLimiter

_of_this_thread = threading.local()


def client() -> Client:
    """Return this thread's client for the configured API key.

    Raises:
        NotSent: QUO_API_KEY is not set or has no valid form, or QUO_API_URL cannot be trusted
            with it.
    """
    url, key = settings.QUO_API_URL, settings.QUO_API_KEY
    if not key:
        raise NotSent("Nothing was sent to Quo because no API key is set. Set QUO_API_KEY.")
    if problem := api_key_problem(key):  # an HTTP library would quote it in its error
        raise NotSent(f"Nothing was sent to Quo. {problem}")
    if getattr(_of_this_thread, "url_and_key", None) != (url, key):
        try:
            _of_this_thread.client = Client(url=url, key=key, rate_limiter=DatabaseRateLimiter(key))
        except ValueError as exc:
            raise NotSent(f"Nothing was sent to Quo. {exc}") from exc
        _of_this_thread.url_and_key = (url, key)
    client: Client = _of_this_thread.client
    return client
