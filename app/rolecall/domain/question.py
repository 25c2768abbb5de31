"""What one key or command asks of AWS: its deadline, and who is informed if it is slow.

A user waits for a key or a command, not for a call. So all calls, pauses and waits for other
processes that it needs share one question: it is over after 30 seconds, and within five seconds the
user reads what rolecall is waiting for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from rolecall.domain.records import dataclass

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")
SECONDS: Final = 30.0  # for all that one key or command asks
TRY_SECONDS: Final = 15.0  # of one try: botocore's timeouts for connecting and for the first byte
SLOW_AFTER: Final = 4.0  # seconds of a wait, or without words, after which `on_slow` is called
_USUAL: Final = 0.5  # seconds of a wait that is not slow, however long the command has been silent

OnSlow = Callable[[str, str, bool], None]


@dataclass(slots=True)
class _Words:
    """When the user has read something new, in monotonic time, and what is called of slow waits."""

    at: float
    on_slow: OnSlow | None


class Question:
    """Safe to use from any thread. `monotonic` is in seconds.

    `on_slow` is called once for each slow wait, on the thread that waits, with the arguments of
    `report_slow`.
    """

    def __init__(
        self, on_slow: OnSlow | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic = monotonic
        self._words = _Words(monotonic(), on_slow)
        self._end = monotonic() + SECONDS

    def part(self) -> Question:
        """Return a question with its own deadline, for one of many things that a command does."""
        part = Question(monotonic=self._monotonic)
        part._words = self._words
        return part

    # --- the deadline

    def seconds_left(self) -> float:
        """Return the seconds until it is over, at least 0."""
        return max(0.0, self._end - self._monotonic())

    def seconds_to_wait(self) -> float:
        """Return how long a call may still be delayed, with time left for one try."""
        return max(0.0, self.seconds_left() - TRY_SECONDS)

    def note_answer(self) -> None:
        """Note an answer in a listing: only that long without any answer ends it."""
        self._end = self._monotonic() + SECONDS

    def begin_again(self) -> None:
        """Note that the wait until now was for the user, or for a program of the user."""
        self.note_words()
        self._end = self._monotonic() + SECONDS

    # --- the words

    def note_words(self) -> None:
        """Note that the user now knows something new."""
        self._words.at = self._monotonic()

    def report_nothing(self) -> None:
        """Report no wait from now on."""
        self._words.on_slow = None

    def slow_at(self, began_at: float) -> float:
        """Return when a wait that began then is slow, in monotonic time.

        The time counts since the last words, which the waits before this one may have taken.
        """
        last_words = self._words.at + SLOW_AFTER
        return min(began_at + SLOW_AFTER, max(last_words, began_at + _USUAL))

    def report_slow(
        self, operation: str = "", host: str = "", *, is_throttled: bool = False
    ) -> None:
        """Report that a call has no answer yet.

        `operation` is AWS's name of it, and `is_throttled` says whether the host limits the rate.
        Both names are empty if it is not known yet which call it will be or, without
        `is_throttled`, if the wait is for another rolecall.
        """
        if self._words.on_slow is not None:
            self._words.on_slow(operation, host, is_throttled)


_started_at = time.monotonic()
_command: Question | None = None
_current: ContextVar[Question | None] = ContextVar("question", default=None)


def current() -> Question:
    """Return the question of this thread or, if it has none, that of the command. A call without
    either, such as one in the background, is a separate question.
    """
    return _known() or Question()


def begin_command(on_slow: OnSlow | None = None) -> None:
    """Begin the question of a command: all that this process asks from now on. The user has read
    nothing since the process started.
    """
    global _command  # noqa: PLW0603  # one for the process, as its standard error is
    _command = Question(on_slow)
    _command._words.at = _started_at


def end_command() -> None:
    """End the question of a command: this process may go on with something else."""
    global _command  # noqa: PLW0603
    _command = None


@contextmanager
def asking(on_slow: OnSlow | None = None, *, begun: Question | None = None) -> Iterator[Question]:
    """Begin a question of this thread, or continue one that has `begun`. If the thread has one
    already, the new one is a part of it.
    """
    known = _known()
    token = _current.set(begun or (known.part() if known else Question(on_slow)))
    try:
        yield current()
    finally:
        _current.reset(token)


def carried(work: Callable[[], None]) -> Callable[[], None]:
    """Return the work for another thread, with the question of this one."""
    return partial(copy_context().run, work)


def future_of(work: Callable[[], T], name: str) -> Future[T]:
    """Begin the work in a daemon thread with the question of this one, and return its result."""
    from concurrent.futures import Future  # late: prompts import this module
    from threading import Thread

    future: Future[T] = Future()

    def fulfil() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # `Future.result` raises it
            future.set_exception(error)

    Thread(target=carried(fulfil), name=name, daemon=True).start()
    return future


def _known() -> Question | None:
    return _current.get() or _command
