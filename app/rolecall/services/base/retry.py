"""Retry a call, at the rate that the service allows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, TypeVar

from rolecall.domain.errors import (
    NotIdentityCenter,
    ServiceError,
    ServiceFault,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from rolecall.domain.question import Question, current
from rolecall.domain.records import dataclass, field
from rolecall.services.base.rate_limit import RequestRate
from rolecall.services.base.slow_wait import SlowWait

T = TypeVar("T")

# A 5xx, a lost connection or an unreadable answer is usually temporary. After the last pause it is
# an error.
TRANSIENT_ERRORS: Final = (ServiceFault, Unreachable, UnexpectedAnswer, NotIdentityCenter)
PAUSES: Final = (0.2, 0.8, 2.0)  # seconds


class Cancelled(Exception):
    """The answer is no longer needed."""


@dataclass(slots=True)
class RetryPolicy:
    """Makes calls as `aws.pages.CallPolicy` says, as long as the question lasts: each answer to any
    of its calls prolongs it.

    Setting `cancelled` ends any wait at once. `on_wait` is called for each call as `SlowWait` says.
    `debt` is passed to `RequestRate.take`. `counted`: the rate has already counted the first call.
    """

    request_rate: RequestRate
    monotonic: Callable[[], float]
    cancelled: threading.Event
    on_wait: Callable[[bool], None] = lambda _: None
    debt: float = 0.0
    counted: bool = False
    question: Question = field(default_factory=current)

    def __call__(self, call: Callable[[], T], /) -> T:
        """Return the answer. Raises Cancelled, and what the last attempt raises."""
        pauses = iter(PAUSES)
        slow_wait = SlowWait(self.question, self.monotonic, self.on_wait)
        throttled: Throttled | None = None
        while True:
            is_early = self._wait_for_turn(slow_wait, throttled)
            asked_at = self.monotonic()
            try:
                answer = call()
            except Throttled as error:
                throttled = error
                self.request_rate.record_throttling(asked_at, error.retry_after)
                slow_wait.note_error(error)
                pause = 1 / self.request_rate.rate  # also for a call that may go into debt
                if max(pause, error.retry_after or 0.0) > self.question.seconds_left():
                    raise
                slow_wait.begin(max(pause, error.retry_after or pause))
                self._wait(pause)
            except TRANSIENT_ERRORS as error:
                if throttled and not self.question.seconds_left():
                    raise throttled from None  # why there was no time for an answer
                if not 0 < (pause := next(pauses, 0.0)) <= self.question.seconds_left():
                    raise
                slow_wait.note_error(error)
                slow_wait.begin(pause)
                self._wait(pause)
            except ServiceError:
                self.question.note_answer()
                raise
            else:
                self.question.note_answer()
                self.request_rate.record_answer()
                if is_early:
                    self.request_rate.reopen()
                return answer

    def _wait_for_turn(self, slow_wait: SlowWait, throttled: Throttled | None) -> bool:
        """Return whether the call is early, with time for one try only. Raises the last 429."""
        is_early = False
        if self.counted:
            self.counted = False
        else:
            while (seconds := self.request_rate.take(self.debt)) > 0:
                slow_wait.begin(seconds)
                question = self.question
                left = question.seconds_left() if throttled else question.seconds_to_wait()
                if not left and throttled:
                    raise throttled
                if is_early := not left:
                    break
                self._wait(min(seconds, left))
        self._wait(0)
        return is_early

    def _wait(self, seconds: float) -> None:
        if self.cancelled.wait(seconds) if seconds else self.cancelled.is_set():
            raise Cancelled
