"""Retry a call, at the rate that the service allows."""

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

# A 5xx, a lost connection or an unreadable answer is usually temporary. After the last pause it is
# an error.
TRANSIENT_ERRORS: Final = (ServiceFault, Unreachable, UnexpectedAnswer, NotIdentityCenter)
PAUSES: Final = (0.2, 0.8, 2.0)  # seconds


class Cancelled(Exception):
    """The answer is no longer needed."""


class RetryPolicy:
    """Makes calls as `aws.portal.CallPolicy` says. A 429 is retried without limit.

    Setting `cancelled` ends any wait at once. `on_throttled` is called at the first 429 of a call.
    `debt` is passed to `RequestRate.take`. `counted`: the rate has already counted the first call.
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
        """Return the answer. Raises Cancelled, and what the last attempt raises."""
        pauses = iter(PAUSES)
        was_throttled = False
        while True:
            self._wait_for_turn()
            asked_at = self._monotonic()
            try:
                answer = call()
            except Throttled as throttled:
                self._request_rate.record_throttling(asked_at, throttled.retry_after)
                if not was_throttled:
                    self._on_throttled()
                    was_throttled = True
                self._wait(1 / self._request_rate.rate)  # also for a call that may go into debt
            except TRANSIENT_ERRORS:
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
