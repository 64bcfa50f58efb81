"""The only way to send requests to Quo: one method for each operation that we use.

Every method raises an exception of ``exceptions.py``. ``retry.py`` says what is sent again; each
try passes the shared rate limiter first, and ``transport.py`` sends it.
"""

import logging
import random
import time
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import quote

from quo_admin.quo import responses, retry, spec
from quo_admin.quo.exceptions import QuoError, QuoUnavailable, RateLimited
from quo_admin.quo.transport import Transport
from quo_admin.quo.types import MemberData, NewMessageWebhook, NumberData, WebhookData

log = logging.getLogger(__name__)

MIN_CALL_TIME_S = 0.5  # with less time left, a response is unlikely
MOST_USER_PAGES = 200  # 10,000 members; more pages mean that the server repeats itself


class RateLimiter(Protocol):
    """The rate limiter of one API key, as the client uses it. Times in seconds."""

    def acquire(self, at_most_s: float) -> None:
        """Wait for our turn. Raises RateLimitWaitTooLong if that would take longer."""

    def pause(self, seconds: float) -> None:
        """Block all calls for this long, as Quo requested."""


class Client:
    """The Quo API for one API key. For one thread: a session of requests must not be shared.

    Args:
        url: the base URL, such as https://api.quo.com.
        key: the API key, sent as it is.
        rate_limiter: the shared rate limiter.
        clock, sleep: seconds, as in ``time``; passed in by tests.
    """

    def __init__(
        self,
        *,
        url: str,
        key: str,
        rate_limiter: RateLimiter,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = Transport(url=url, key=key, clock=clock)
        self._key = key
        self._rate_limiter = rate_limiter
        self._clock = clock
        self._sleep = sleep

    # Operations

    def create_message_webhook(self, wanted: NewMessageWebhook) -> WebhookData:
        """createMessageWebhook_v1. Raises OutcomeUnknown if it may have been created."""
        doc = self._call("POST", spec.MESSAGE_WEBHOOKS, body=wanted.to_json())
        return responses.read_one(WebhookData.from_json, doc, write=True)

    def list_webhooks(
        self, user_id: str | None = None, *, policy: retry.Policy = retry.READ
    ) -> tuple[WebhookData, ...]:
        """listWebhooks_v1: the webhooks of one member, by default the owner, in one response."""
        params = {"userId": user_id} if user_id else {}
        doc = self._call(
            "GET", spec.WEBHOOKS, params=params, policy=policy, each=WebhookData.from_json
        )
        return responses.readable(doc["data"])

    def get_webhook(self, webhook_id: str, *, policy: retry.Policy = retry.READ) -> WebhookData:
        """getWebhookById_v1."""
        doc = self._call("GET", f"{spec.WEBHOOKS}/{quote(webhook_id, safe='')}", policy=policy)
        return responses.read_one(WebhookData.from_json, doc)

    def delete_webhook(self, webhook_id: str) -> None:
        """deleteWebhookById_v1: 204. Raises NotFound if it was deleted before."""
        self._call("DELETE", f"{spec.WEBHOOKS}/{quote(webhook_id, safe='')}")

    def list_phone_numbers(self) -> tuple[NumberData, ...]:
        """listPhoneNumbers_v1: every number of the company, in one response."""
        doc = self._call("GET", spec.PHONE_NUMBERS, each=NumberData.from_json)
        return responses.readable(doc["data"])

    def list_users(self) -> tuple[MemberData, ...]:
        """listUsers_v1, page by page until ``nextPageToken`` is null: ``totalItems`` cannot be
        trusted, as the document itself says."""
        found: list[MemberData] = []
        params: dict[str, Any] = {"maxResults": spec.USERS_PAGE_MAX}
        for _ in range(MOST_USER_PAGES):
            doc = self._call("GET", spec.USERS, params=params)
            found += responses.read_many(MemberData.from_json, doc)
            token = doc.get("nextPageToken")
            if not isinstance(token, str) or not token:
                return tuple(found)
            params["pageToken"] = token
        raise QuoUnavailable("Quo returned too many pages of members.")

    # Calls

    def _call(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, Any] | None = None,
        body: dict[str, Any] | None = None,
        policy: retry.Policy | None = None,
        each: Callable[[object], Any] | None = None,
    ) -> dict[str, Any]:
        """Return the JSON object of a 2xx response, trying as often as the policy says.

        Args:
            each: reads an item of ``data`` as it arrives. Then the object has ``data`` only.
        """
        policy = policy or (retry.READ if method == "GET" else retry.WRITE)
        end = self._clock() + policy.budget_s
        attempt = 0
        while True:
            attempt += 1
            try:
                self._rate_limiter.acquire(end - self._clock() - MIN_CALL_TIME_S)
                seconds = min(policy.call_s, end - self._clock())
                answer = self._transport.exchange(
                    method, path, params=params, body=body, seconds=seconds, each=each
                )
                return responses.read_object(answer, method=method, secret=self._key)
            except QuoError as failure:
                if isinstance(failure, RateLimited):
                    self._rate_limiter.pause(
                        retry.ONE_LIMIT_WINDOW_S
                        if failure.retry_after is None
                        else failure.retry_after
                    )
                left = end - self._clock() - MIN_CALL_TIME_S
                pause = policy.pause(
                    failure,
                    attempt=attempt,
                    left_s=left,
                    jitter=random.random(),  # noqa: S311 - spreads load, guards nothing
                )
                if pause is None:
                    raise
                log.info("%s %s: %s; again in %.1f s", method, path, type(failure).__name__, pause)
                self._sleep(pause)
