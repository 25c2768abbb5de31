"""Makes all calls to AWS: until the question is over, repeated if that is safe.

botocore limits each wait for bytes but not a whole answer, so that a server that sends a byte every
few seconds would keep a call for minutes. Each try therefore runs in a thread that is abandoned if
it takes too long. botocore's own retries are off, because they cannot be cancelled.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from rolecall.aws.hosts import host_of
from rolecall.aws.translate import Meanings, UnreachableReason, translated
from rolecall.domain.errors import (
    ServiceError,
    ServiceFault,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from rolecall.domain.process.debug_log import note
from rolecall.domain.question import TRY_SECONDS, current, future_of

if TYPE_CHECKING:
    from botocore.client import BaseClient

TRIES: Final = 3
_PAUSES: Final = (0.2, 1.0)  # seconds between tries
_LONGEST_PAUSE: Final = 5.0  # that a server may ask for with Retry-After; else it is an error
# A host name, a certificate or a proxy that is wrong is still wrong a second later.
_LASTING: Final = {UnreachableReason.NAME, UnreachableReason.TLS, UnreachableReason.PROXY}

T = TypeVar("T")


def call(
    asked: BaseClient | str,
    operation: str,
    ask: Callable[[], T],
    meanings: Meanings | None = None,
    *,
    tries: int = TRIES,
) -> T:
    """Return what `ask` returns. It makes one request and reads the answer.

    `asked` is the client or, without one, the host; `operation` is the name that AWS gives to the
    call. `meanings` has the exceptions for error codes with a special meaning. After a temporary
    error `ask` is called again, up to `tries` times until the question is over: use 1 if the
    request must not be repeated. Raises ServiceError, and what `meanings` has.
    """
    # A client may not know its host until the request has begun.
    host = partial(str, asked) if isinstance(asked, str) else partial(host_of, asked)
    clock = _Clock(operation, host)

    def translated_ask() -> T:
        began_at = time.monotonic()
        result = "done"
        try:
            with translated(host, operation, meanings):
                return ask()
        except Exception as error:
            result = type(error).__name__
            raise
        finally:
            note(f"{operation} at {host()}: {result} after {time.monotonic() - began_at:.3f} s")

    for pause in _PAUSES[: tries - 1]:
        try:
            return clock.run(translated_ask)
        except ServiceError as error:
            if not _is_temporary(error):
                raise
            seconds = _pause_after(error, pause)
            if seconds > min(_LONGEST_PAUSE, clock.question.seconds_left()):
                raise
            clock.wait(seconds, is_throttled=isinstance(error, Throttled))
    return clock.run(translated_ask)


class _Clock:
    """How long one call may take."""

    def __init__(self, operation: str, host: Callable[[], str]) -> None:
        self._operation = operation
        self._host = host
        self.question = current()
        self._began_at = time.monotonic()
        self._is_announced = False

    def run(self, ask: Callable[[], T]) -> T:
        """Return what `ask` returns. Raises Unreachable if it takes too long."""
        if not self.question.seconds_left():
            raise Unreachable(self._operation, self._host(), UnreachableReason.TIMED_OUT)
        future = future_of(ask, "call")
        end = time.monotonic() + min(TRY_SECONDS, self.question.seconds_left())
        try:
            if not self._is_announced:
                until = min(end, self.question.slow_at(self._began_at))
                try:
                    return future.result(max(0.0, until - time.monotonic()))
                except TimeoutError:
                    self._announce()
            return future.result(max(0.0, end - time.monotonic()))
        except TimeoutError:
            raise Unreachable(self._operation, self._host(), UnreachableReason.TIMED_OUT) from None

    def wait(self, seconds: float, *, is_throttled: bool) -> None:
        """Wait before the next try. A wait that makes the call slow is announced before it."""
        slow_at = self.question.slow_at(self._began_at)
        if not self._is_announced and time.monotonic() + seconds > slow_at:
            self._announce(is_throttled=is_throttled)
        time.sleep(seconds)

    def _announce(self, *, is_throttled: bool = False) -> None:
        self._is_announced = True
        self.question.report_slow(self._operation, self._host(), is_throttled=is_throttled)


def _is_temporary(error: ServiceError) -> bool:
    if isinstance(error, Unreachable):
        return error.reason not in _LASTING
    return isinstance(error, ServiceFault | Throttled | UnexpectedAnswer)


def _pause_after(error: ServiceError, pause: float) -> float:
    if isinstance(error, Throttled) and error.retry_after:
        return error.retry_after
    return pause
