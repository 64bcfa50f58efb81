"""Did this key sign this delivery? The legacy scheme, which v1 webhooks use.

One header, ``openphone-signature``: ``hmac;1;<milliseconds>;<base64>``, several of them apart by
commas, of which any may fit. Signed is the timestamp as it was sent, a full stop, and the body's
raw bytes, by HMAC-SHA256 with the base64-decoded key.

Source: https://www.quo.com/docs, webhooks/legacy-signature-validation, and support.quo.com,
core-concepts/integrations/webhooks, read 2026-11-22. That the timestamp counts milliseconds
stands in no sentence there; every sample has 13 digits.

Nothing here reads a clock, keeps anything, or puts a key or a body into an exception.
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

# Seconds. Quo's page tells receivers to refuse what is older than five minutes. A delivery of
# exactly this age is still good, and so is one that is as much ahead of the receiver's clock.
TOLERANCE_S = 300
TOLERANCE_MS = TOLERANCE_S * 1000

MOST_SIGNATURES = 5  # of one header that are looked at; Quo sends one. Policy: work has a bound
SECONDS_BELOW = 10**11  # as milliseconds these would be before 1974, as seconds until 5138
TIMESTAMP = re.compile(r"[0-9]{1,15}", re.ASCII)
# Standard Webhooks, of the newer system: `v1,<base64>`, keys that begin with whsec_
NEWER = re.compile(r"whsec_|(?:webhook|svix)-(?:id|timestamp|signature)|(?:^|\s)v[0-9]+a?,")


class Kind(StrEnum):
    """What a check found. The first three: the key made this signature."""

    VALID = "valid"
    STALE = "stale"
    EARLY = "early"  # its timestamp is ahead by more than the tolerance
    MISTAKEN = "mistaken"  # the key made it, but not as Quo does
    NO_MATCH = "no match"
    NO_HEADER = "no header"
    NEWER_SYSTEM = "newer system"
    UNREADABLE = "unreadable"
    OTHER_SCHEME = "other scheme"
    OTHER_VERSION = "other version"


class BadHeader(Exception):
    """The header holds no signature that could be checked; ``kind`` says why. It is not quoted."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class Stamp:
    """One signature of a header, with the timestamp's text exactly as it was sent."""

    timestamp: str
    signature: str

    @property
    def in_seconds(self) -> bool:
        return int(self.timestamp) < SECONDS_BELOW

    @property
    def sent_ms(self) -> int:
        return int(self.timestamp) * (1000 if self.in_seconds else 1)


@dataclass(frozen=True)
class Fit:
    """How a key made a signature: which one, over which of the bodies, with which mistakes."""

    stamp: Stamp
    body: int = 0
    mistakes: Mistakes = ()


@dataclass(frozen=True)
class Verdict:
    """The answer. Age: milliseconds from the signing to ``now_ms``, where a key fits."""

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
    """Return whether one of the keys signed this body, and if none did, which usual mistake fits.

    Args:
        keys: as Quo tells them: base64 of 32 bytes.
        now_ms: when the delivery was received, in Unix milliseconds.
    """
    try:
        stamps = read(header)
    except BadHeader as exc:
        return Verdict(exc.kind)
    keys, written = list(keys), signature_mistakes.written([body])
    fits = (exact(stamps, [body], key) for key in keys)
    slips = (mistaken(stamps, written, key) for key in keys)
    found = next(filter(None, fits), None) or next(filter(None, slips), None)
    return judge(found, now_ms=now_ms, tolerance_ms=tolerance_ms)


def judge(fit: Fit | None, *, now_ms: int, tolerance_ms: int = TOLERANCE_MS) -> Verdict:
    if fit is None:
        return Verdict(Kind.NO_MATCH)
    age_ms = now_ms - fit.stamp.sent_ms
    if fit.mistakes:
        kind = Kind.MISTAKEN
    elif age_ms > tolerance_ms:
        kind = Kind.STALE
    else:
        kind = Kind.EARLY if age_ms < -tolerance_ms else Kind.VALID
    return Verdict(kind, age_ms, fit.mistakes)


def read(header: str) -> tuple[Stamp, ...]:
    """Return the signatures of a header that can be checked. Its name may stand before it.

    Raises:
        BadHeader: there is none.
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
    return tuple(stamps[:MOST_SIGNATURES])


def exact(stamps: Iterable[Stamp], bodies: Iterable[bytes], key: str) -> Fit | None:
    """Return how this key signed one of the bodies as Quo does, or None."""
    raw = signature_mistakes.decoded(key)
    if raw is None:
        return None
    for stamp, (number, body) in product(stamps, enumerate(bodies)):
        if _made(stamp, raw, f"{stamp.timestamp}.".encode(), body):
            slip = (Mistake.TIME_IN_SECONDS,) if stamp.in_seconds else ()
            return Fit(stamp, number, slip)
    return None


def mistaken(
    stamps: Iterable[Stamp], written: Iterable[signature_mistakes.Written], key: str
) -> Fit | None:
    """Return how this key signed the body with usual mistakes, the fewest first, or None.

    Args:
        written: the body in every spelling, of ``signature_mistakes.written``.
    """
    for stamp in stamps:
        times = signature_mistakes.beginnings(stamp.timestamp, in_seconds=stamp.in_seconds)
        ways = [
            ((*by, *timed, *spelled), raw, begin, number, body)
            for by, raw in signature_mistakes.keys(key)
            for timed, begin in times
            for spelled, number, body in written
        ]
        for slips, raw, begin, number, body in sorted(ways, key=lambda way: len(way[0])):
            if slips and _made(stamp, raw, begin, body):
                return Fit(stamp, number, slips)
    return None


def _made(stamp: Stamp, key: bytes, begin: bytes, body: bytes) -> bool:
    digest = hmac.digest(key, begin + body, "sha256")
    sent = stamp.signature.encode(errors="replace")
    return hmac.compare_digest(base64.b64encode(digest), sent)
