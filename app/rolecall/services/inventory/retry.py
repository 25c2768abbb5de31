"""Trying one call again and again, at the pace that the service allows, until told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, TypeVar

from rolecall.domain.errors import (
    NotIdentityCenter,
    ServiceFault,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from rolecall.services.inventory.rate_limit import RequestRate

T = TypeVar("T")

# A 5xx, a lost connection or a spoilt answer mostly passes; after the last of these it counts.
_PASSING: Final = (ServiceFault, Unreachable, UnexpectedAnswer, NotIdentityCenter)
PAUSES: Final = (0.2, 0.8, 2.0)  # seconds


class Cancelled(Exception):
    """Nobody waits for the answer any more."""


class RetryPolicy:
    """An `aws.portal.CallPolicy`. No number of 429s is an error.

    `cancelled` ends any wait at once; `on_throttled` hears of the first 429 to a call. `debt` is
    the pace's; where `counted`, the first call has been taken from the pace already.
    """

    def __init__(
        self,
        request_rate: RequestRate,
        monotonic: Callable[[], float],
        cancelled: threading.Event,
        on_throttled: Callable[[], None] = lambda: None,
        *,
        debt: float = 0.0,
        counted: bool = False,
    ) -> None:
        self._request_rate = request_rate
        self._monotonic = monotonic
        self._cancelled = cancelled
        self._on_throttled = on_throttled
        self._debt = debt
        self._is_counted = counted

    def __call__(self, call: Callable[[], T], /) -> T:
        """Raises Cancelled, and what the call raises when trying again does not help."""
        pauses = iter(PAUSES)
        told = False
        while True:
            self._wait_for_turn()
            asked_at = self._monotonic()
            try:
                answer = call()
            except Throttled as throttled:
                self._request_rate.record_throttling(asked_at, throttled.retry_after)
                if not told:
                    self._on_throttled()
                    told = True
                self._wait(1 / self._request_rate.rate)  # debt or not
            except _PASSING:
                pause = next(pauses, None)
                if pause is None:
                    raise
                self._wait(pause)
            else:
                self._request_rate.record_answer()
                return answer

    def _wait_for_turn(self) -> None:
        if self._is_counted:
            self._is_counted = False
        else:
            while (seconds := self._request_rate.take(self._debt)) > 0:
                self._wait(seconds)
        self._wait(0)

    def _wait(self, seconds: float) -> None:
        if self._cancelled.wait(seconds) if seconds else self._cancelled.is_set():
            raise Cancelled
