"""How fast to ask a service that says 429 when asked too fast.

One rate for all calls of a sign-in, as the service counts them together. It grows while every
answer comes, first fast, after the first 429 slowly; a 429 halves it. AWS's limits page gives 20
calls a second for the portal's list calls, but what is really allowed differs, so it is found out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

START: Final = 20.0  # calls a second
BURST: Final = 20.0  # calls that may go at once after a rest
LEAST: Final = 1.0
MOST: Final = 500.0
_GROWTH: Final = 1.0  # calls a second, for each answer before the first 429: doubles in a second
_SLOW_GROWTH: Final = 2.0  # calls a second, each second, afterwards


class Pace:
    """Safe to use from any thread. `monotonic` is in seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._rate = START
        self._has_met_limit = False
        self._tokens = BURST
        self._filled_at = monotonic()
        self._closed_until = 0.0
        self._halved_at = float("-inf")

    @property
    def rate(self) -> float:
        """Calls a second."""
        return self._rate

    def take(self) -> float:
        """0 where a call may go now, and is counted; else the seconds after which to ask again."""
        with self._lock:
            now = self._monotonic()
            if now < self._closed_until:
                return self._closed_until - now
            grown = self._tokens + (now - self._filled_at) * self._rate
            self._tokens = min(BURST, grown)
            self._filled_at = now
            if self._tokens < 1:
                return (1 - self._tokens) / self._rate
            self._tokens -= 1
            return 0.0

    def answered(self) -> None:
        with self._lock:
            growth = _SLOW_GROWTH / self._rate if self._has_met_limit else _GROWTH
            self._rate = min(MOST, self._rate + growth)

    def throttled(self, asked_at: float, retry_after: float | None) -> None:
        """A 429 to a call that went at `asked_at`. Those of one burst together halve once."""
        with self._lock:
            now = self._monotonic()
            if retry_after:
                self._closed_until = max(self._closed_until, now + retry_after)
            if asked_at < self._halved_at:
                return
            self._halved_at = now
            self._has_met_limit = True
            self._rate = max(LEAST, self._rate / 2)
            self._tokens = 0.0
            self._filled_at = now
