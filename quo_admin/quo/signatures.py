"""Verify the signature of a delivery: the legacy scheme, which v1 webhooks use.

The header ``openphone-signature`` is ``hmac;1;<milliseconds>;<base64>``; with several, separated
by commas, any may match. The signed text is the timestamp as sent, a full stop, and the raw bytes
of the body; HMAC-SHA256 with the base64-decoded key.

Source: https://www.quo.com/docs, webhooks/legacy-signature-validation, and support.quo.com,
core-concepts/integrations/webhooks, read 2026-11-22. The text there does not say
that the timestamp is in milliseconds; every sample has 13 digits.

Nothing here reads a clock, stores anything, or puts a key or a body into an exception.
"""

import base64
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from quo_admin.quo import signature_mistakes
from quo_admin.quo.signature_mistakes import Mistake, Mistakes

HEADER = "openphone-signature"
SCHEME, VERSION = "hmac", "1"

# Seconds. Quo's page tells endpoints to reject deliveries older than five minutes. A delivery of
# exactly this age is valid, and so is one that is as much ahead of the endpoint's clock.
TOLERANCE_S = 300
TOLERANCE_MS = TOLERANCE_S * 1000

MAX_SIGNATURES = 5  # checked in one header; Quo sends one. Our limit
SECONDS_BELOW = 10**11  # as milliseconds these would be before 1974, as seconds until 5138
TIMESTAMP = re.compile(r"[0-9]{1,15}", re.ASCII)
# Standard Webhooks, used by the newer system: `v1,<base64>`, keys begin with whsec_
NEWER = re.compile(r"whsec_|(?:webhook|svix)-(?:id|timestamp|signature)|(?:^|\s)v[0-9]+a?,")


class Kind(StrEnum):
    """The result of a check. The first three mean that the key created this signature."""

    VALID = "valid"
    STALE = "stale"
    EARLY = "early"  # its timestamp is ahead by more than the tolerance
    MISTAKEN = "mistaken"  # the key created it, but not the way Quo does
    NO_MATCH = "no match"
    NO_HEADER = "no header"
    NEWER_SYSTEM = "newer system"
    UNREADABLE = "unreadable"
    OTHER_SCHEME = "other scheme"
    OTHER_VERSION = "other version"


class BadHeader(Exception):
    """The header has no signature to check; ``kind`` says why. The header is not quoted."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class Stamp:
    """One signature of a header, with the timestamp exactly as sent."""

    timestamp: str
    signature: str

    @property
    def in_seconds(self) -> bool:
        return int(self.timestamp) < SECONDS_BELOW

    @property
    def sent_ms(self) -> int:
        return int(self.timestamp) * (1000 if self.in_seconds else 1)


@dataclass(frozen=True)
class Match:
    """How a key created a signature: which one, over which body, with which mistakes."""

    stamp: Stamp
    body: int = 0
    mistakes: Mistakes = ()


@dataclass(frozen=True)
class Verdict:
    """The result. Age: milliseconds from signing to ``now_ms``, if a key matches."""

    kind: Kind
    age_ms: int | None = None
    mistakes: Mistakes = ()


def verify(
    header: str,
    body: bytes,
    keys: Iterable[str],
    *,
    now_ms: int,
    tolerance_ms: int = TOLERANCE_MS,
) -> Verdict:
    """Return whether one of the keys signed this body, or which common mistake explains it.

    Args:
        keys: as Quo returns them: base64 of 32 bytes.
        now_ms: when the delivery was received, in Unix milliseconds.
    """
    try:
        stamps = read(header)
    except BadHeader as exc:
        return Verdict(exc.kind)
    keys, serialized = list(keys), signature_mistakes.serializations([body])
    matches = (exact(stamps, [body], key) for key in keys)
    mistakes = (mistaken(stamps, serialized, key) for key in keys)
    found = next(filter(None, matches), None) or next(filter(None, mistakes), None)
    return judge(found, now_ms=now_ms, tolerance_ms=tolerance_ms)


def judge(match: Match | None, *, now_ms: int, tolerance_ms: int = TOLERANCE_MS) -> Verdict:
    if match is None:
        return Verdict(Kind.NO_MATCH)
    age_ms = now_ms - match.stamp.sent_ms
    if match.mistakes:
        kind = Kind.MISTAKEN
    elif age_ms > tolerance_ms:
        kind = Kind.STALE
    else:
        kind = Kind.EARLY if age_ms < -tolerance_ms else Kind.VALID
    return Verdict(kind, age_ms, match.mistakes)


def read(header: str) -> tuple[Stamp, ...]:
    """Return the signatures of a header that can be checked. It may begin with the header name.

    Raises:
        BadHeader: there is no such signature.
    """
    value = re.sub(rf"^\s*{HEADER}\s*:", "", header, flags=re.IGNORECASE).strip()
    if not value:
        raise BadHeader(Kind.NO_HEADER)
    if NEWER.search(value):
        raise BadHeader(Kind.NEWER_SYSTEM)
    stamps, fault = [], Kind.UNREADABLE
    for entry in value.split(","):
        match entry.strip().split(";"):
            case [str(scheme), _, _, _] if scheme != SCHEME:
                fault = Kind.OTHER_SCHEME
            case [_, str(version), _, _] if version != VERSION:
                fault = Kind.OTHER_VERSION
            case [_, _, str(timestamp), str(signature)] if TIMESTAMP.fullmatch(timestamp):
                stamps.append(Stamp(timestamp, signature))
    if not stamps:
        raise BadHeader(fault)
    return tuple(stamps[:MAX_SIGNATURES])


def exact(stamps: Iterable[Stamp], bodies: Iterable[bytes], key: str) -> Match | None:
    """Return how this key signed one of the bodies the way Quo does, or None."""
    raw = signature_mistakes.decoded(key)
    if raw is None:
        return None
    for stamp, (number, body) in product(stamps, enumerate(bodies)):
        if _signed(stamp, raw, f"{stamp.timestamp}.".encode(), body):
            mistake = (Mistake.TIME_IN_SECONDS,) if stamp.in_seconds else ()
            return Match(stamp, number, mistake)
    return None


def mistaken(
    stamps: Iterable[Stamp], serialized: Iterable[signature_mistakes.Serialized], key: str
) -> Match | None:
    """Return how this key signed the body with common mistakes, fewest first, or None.

    Args:
        serialized: from ``signature_mistakes.serializations``.
    """
    for stamp in stamps:
        times = signature_mistakes.prefixes(stamp.timestamp, in_seconds=stamp.in_seconds)
        ways = [
            ((*by, *timed, *spelled), raw, prefix, number, body)
            for by, raw in signature_mistakes.keys(key)
            for timed, prefix in times
            for spelled, number, body in serialized
        ]
        for mistakes, raw, prefix, number, body in sorted(ways, key=lambda way: len(way[0])):
            if mistakes and _signed(stamp, raw, prefix, body):
                return Match(stamp, number, mistakes)
    return None


def _signed(stamp: Stamp, key: bytes, prefix: bytes, body: bytes) -> bool:
    digest = hmac.digest(key, prefix + body, "sha256")
    sent = stamp.signature.encode(errors="replace")
    return hmac.compare_digest(base64.b64encode(digest), sent)
