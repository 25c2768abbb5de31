"""When a call says what it waits for, before it is made and between its tries."""

from __future__ import annotations

from collections.abc import Callable

from rolecall.domain.errors import ServiceError, Throttled
from rolecall.domain.question import Question


class SlowWait:
    """All waits of one call: for its turn at the request rate, and after errors.

    They count together: a call may wait for a second ten times. `question` says from when on
    they are slow. `monotonic` is in seconds. `on_wait` is called at the first error, at one of
    another kind, and if the wait for the turn is slow, with whether AWS limits the rate.
    """

    def __init__(
        self,
        question: Question,
        monotonic: Callable[[], float],
        on_wait: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self._question = question
        self._monotonic = monotonic
        self._on_wait = on_wait
        self._began_at = monotonic()
        self._error: ServiceError | None = None
        self._is_reported = False

    def note_error(self, error: ServiceError) -> None:
        """Note why the call has to be made again."""
        if type(error) is not type(self._error):
            self._is_reported = False
            self._on_wait(isinstance(error, Throttled))
        self._error = error

    def begin(self, seconds: float) -> None:
        """Report the cause of a wait if it has been slow, or will be after this one."""
        slow_at = self._question.slow_at(self._began_at)
        if self._is_reported or self._monotonic() + seconds <= slow_at:
            return
        self._is_reported = True
        error = self._error
        if error is None:  # AWS may have asked another process for the pause
            self._on_wait(True)
            self._question.report_slow(is_throttled=True)
        else:
            is_throttled = isinstance(error, Throttled)
            self._question.report_slow(error.operation, error.host, is_throttled=is_throttled)
