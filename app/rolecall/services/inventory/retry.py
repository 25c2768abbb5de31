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
from rolecall.services.inventory.slow_wait import SlowWait

T = TypeVar("T")

# A 5xx, a lost connection or an unreadable answer is usually temporary. After the last pause it is
# an error.
TRANSIENT_ERRORS: Final = (ServiceFault, Unreachable, UnexpectedAnswer, NotIdentityCenter)
PAUSES: Final = (0.2, 0.8, 2.0)  # seconds
_DEADLINE: Final = 20.0  # seconds after which a temporary error is an error at once
STALLED_AFTER: Final = 60.0  # seconds with 429s and without any answer, after which it is an error


class Cancelled(Exception):
    """The answer is no longer needed."""


class RetryPolicy:
    """Makes calls as `aws.pages.CallPolicy` says. A 429 is retried while other calls succeed.

    Setting `cancelled` ends any wait at once. `on_wait` is called for each call as `SlowWait` says.
    `debt` is passed to `RequestRate.take`. `counted`: the rate has already counted the first call.
    """

    def __init__(
        self,
        request_rate: RequestRate,
        monotonic: Callable[[], float],
        cancelled: threading.Event,
        on_wait: Callable[[bool], None] = lambda _: None,
        *,
        debt: float = 0.0,
        counted: bool = False,
    ) -> None:
        self._request_rate = request_rate
        self._monotonic = monotonic
        self._cancelled = cancelled
        self._on_wait = on_wait
        self._debt = debt
        self._is_counted = counted

    def __call__(self, call: Callable[[], T], /) -> T:
        """Return the answer. Raises Cancelled, and what the last attempt raises."""
        pauses = iter(PAUSES)
        began_at, slow_wait = self._monotonic(), SlowWait(self._monotonic, self._on_wait)
        while True:
            is_early = self._wait_for_turn(slow_wait)
            asked_at = self._monotonic()
            try:
                answer = call()
            except Throttled as throttled:
                self._request_rate.record_throttling(asked_at, throttled.retry_after)
                slow_wait.note_error(throttled)
                if self._is_stalled(began_at, throttled.retry_after or 0.0):
                    raise
                pause = 1 / self._request_rate.rate  # also for a call that may go into debt
                slow_wait.begin(max(pause, throttled.retry_after or pause))
                self._wait(pause)
            except TRANSIENT_ERRORS as error:
                is_late = self._monotonic() - began_at > _DEADLINE
                if is_late or (pause := next(pauses, 0.0)) == 0.0:
                    raise
                slow_wait.note_error(error)
                slow_wait.begin(pause)
                self._wait(pause)
            else:
                self._request_rate.record_answer()
                if is_early:
                    self._request_rate.reopen()
                return answer

    def _is_stalled(self, began_at: float, retry_after: float) -> bool:
        """Whether no call has had an answer for too long, or will have until `retry_after`."""
        answered_at = max(began_at, self._request_rate.answered_at)
        return self._monotonic() + retry_after - answered_at > STALLED_AFTER

    def _wait_for_turn(self, slow_wait: SlowWait) -> bool:
        """Return whether the call comes before its turn: nobody waits longer than for a stall."""
        is_early = False
        if self._is_counted:
            self._is_counted = False
        else:
            end = self._monotonic() + STALLED_AFTER
            while (seconds := self._request_rate.take(self._debt)) > 0:
                slow_wait.begin(seconds)
                left = end - self._monotonic()
                if is_early := left <= 0:
                    break
                self._wait(min(seconds, left))
        self._wait(0)
        return is_early

    def _wait(self, seconds: float) -> None:
        if self._cancelled.wait(seconds) if seconds else self._cancelled.is_set():
            raise Cancelled
