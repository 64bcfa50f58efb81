"""Which webhook at Quo was created by which attempt. Pure: no database, no call."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from quo_admin.quo.types import WebhookData
from quo_admin.webhooks.endpoints import normalized_url
from quo_admin.webhooks.models.attempt_queryset import LATEST

MAX_CLOCK_SKEW = timedelta(seconds=60)  # our limit: how far Quo's clock may be behind ours

MatchKey = tuple[str, frozenset[str], frozenset[str], str, str]


def match_key_of_payload(payload: dict[str, Any]) -> MatchKey:
    """Return what an attempt and the webhook it created have in common."""
    return (
        normalized_url(payload["url"]),
        frozenset(payload["events"]),
        frozenset(payload["resourceIds"]),
        payload.get("label") or "",
        payload["status"],
    )


def match_key_of_webhook(data: WebhookData) -> MatchKey:
    return (
        normalized_url(data.url),
        frozenset(data.events or ()),
        frozenset(data.resource_ids or ()),
        data.label or "",
        data.status or "",
    )


@dataclass(frozen=True)
class Candidate:
    """A webhook at Quo without an attempt, and since when we know it, if we do."""

    data: WebhookData
    known_since: datetime | None = None

    def is_new_to(self, started_at: datetime | None) -> bool:
        """Whether we did not know it when the attempt started."""
        return self.known_since is None or bool(started_at and self.known_since >= started_at)

    def may_be_of(self, started_at: datetime | None) -> bool:
        """Whether an attempt that started then, None if that is not known, may have created it."""
        if not self.is_new_to(started_at):
            return False
        if started_at is None:
            return True
        created_at = self.data.created_at
        return (
            created_at is None or started_at - MAX_CLOCK_SKEW <= created_at <= started_at + LATEST
        )


@dataclass(frozen=True)
class Pairing:
    """What a look at Quo tells about equal attempts.

    Attributes:
        pairs: webhook by the index of its attempt.
        unclear: webhooks that may belong to several attempts; then there are no pairs.
    """

    pairs: dict[int, WebhookData]
    unclear: tuple[WebhookData, ...] = ()


def pair(started: list[datetime | None], candidates: Iterable[Candidate]) -> Pairing:
    """Pair equal attempts with the webhooks that they may have created, oldest first.

    Args:
        started: when each attempt started, in the order in which they choose; None if a clock was
            wrong. Then a person decides.
        candidates: matching webhooks without an attempt.
    """
    fitting = sorted(
        (c for c in candidates if any(c.may_be_of(moment) for moment in started)),
        key=lambda c: (c.data.created_at is None, c.data.created_at, c.data.id),
    )
    if len(fitting) > len(started) or (fitting and None in started):
        return Pairing({}, tuple(candidate.data for candidate in fitting))
    pairs: dict[int, WebhookData] = {}
    for place, moment in enumerate(started):
        mine = next((candidate for candidate in fitting if candidate.may_be_of(moment)), None)
        if mine is not None:
            fitting.remove(mine)
            pairs[place] = mine.data
    return Pairing(pairs)
