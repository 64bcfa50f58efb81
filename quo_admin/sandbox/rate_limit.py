"""Every call that reached the sandbox, and whether it exceeded the rate limit."""

import hashlib
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass

# https://www.quo.com/docs/2026-03-30/rate-limits, read 2026-11-22: 10 per second and API key.
PER_SECOND = 10
WINDOW_S = 1.0


@dataclass
class Call:
    """One call. ``at`` is in seconds of this machine's monotonic clock, the same in all processes.

    ``key`` is the beginning of the API key's SHA-256; ``status`` is None until the response.
    """

    at: float
    key: str
    method: str
    path: str
    allowed: bool
    left: int
    status: int | None = None


class Calls:
    """Counts the calls of each key over a sliding second. Rejected calls do not count."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._log: list[Call] = []
        self._accepted: dict[str, deque[float]] = defaultdict(deque)

    def count(self, *, key: str, method: str, path: str) -> Call:
        """Record a call, and return whether its key is within the limit."""
        short = hashlib.sha256(key.encode("latin-1", "replace")).hexdigest()[:12]
        with self._lock:
            now = time.monotonic()
            recent = self._accepted[short]
            while recent and recent[0] <= now - WINDOW_S:
                recent.popleft()
            allowed = len(recent) < PER_SECOND
            if allowed:
                recent.append(now)
            call = Call(now, short, method, path, allowed, PER_SECOND - len(recent))
            self._log.append(call)
            return call

    def all(self) -> list[Call]:
        with self._lock:
            return list(self._log)


def headers(call: Call) -> dict[str, str]:
    """Return the limit's headers, as seen in responses of the live API."""
    return {
        "ratelimit-policy": f'"per-second"; q={PER_SECOND}; w=1',
        "ratelimit": f'"per-second"; r={call.left}; t=1',
    }
