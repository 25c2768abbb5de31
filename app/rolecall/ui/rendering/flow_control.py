"""Frames at the pace at which the terminal really shows them.

What is written to a terminal on a slow line piles up in sshd and in TCP, where nobody can see it:
a key held for three seconds is then seen running on for twenty. So after a frame the terminal is
asked something, and its answer says that the frame has come. While too much is on its way nothing
is painted; what is painted then is the newest state, in one frame.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

_WINDOW: Final = 2000  # bytes that may be on their way when one more frame is sent
_DEADLINE: Final = 3.0  # seconds after which a terminal is taken for one that answers no more
_RESIZED: Final = 0.06  # seconds without another resize that end a storm of them

Cancel = Callable[[], None]


class Pace:
    """`ask` asks the terminal what it answers, `later` runs something after so many seconds and
    returns what takes that back.

    A terminal that has never answered is never waited for, nor asked again.
    """

    def __init__(
        self, ask: Callable[[], None], later: Callable[[float, Callable[[], None]], Cancel]
    ) -> None:
        self._ask = ask
        self._later = later
        self._answers = False
        self._on_the_way: deque[int] = deque()
        self._waiting: dict[Callable[[], None], None] = {}
        self._deadline: Cancel | None = None
        self._storm: Cancel | None = None

    def begin(self) -> None:
        """Nothing is on its way: what was asked before is not answered any more."""
        self._on_the_way.clear()
        self._stop_deadline()

    @property
    def is_open(self) -> bool:
        """Whether a frame may be sent now."""
        return self._storm is None and sum(self._on_the_way) < _WINDOW

    def when_open(self, paint: Callable[[], None]) -> None:
        """Runs it as soon as a frame may be sent; once, however often it is asked for."""
        self._waiting[paint] = None

    def sent(self, size: int) -> None:
        """A frame of so many bytes has been written."""
        if self._answers:
            self._on_the_way.append(size)
            self._ask()
            if self._deadline is None:
                self._deadline = self._later(_DEADLINE, self._give_up)

    def answered(self) -> None:
        """The terminal has shown the oldest frame that it had not answered for."""
        self._answers = True
        if self._on_the_way:
            self._on_the_way.popleft()
        self._stop_deadline()
        if self._on_the_way:
            self._deadline = self._later(_DEADLINE, self._give_up)
        self._go_on()

    def resized(self) -> None:
        """Of a storm of resizes the last is painted."""
        if self._storm is not None:
            self._storm()
        self._storm = self._later(_RESIZED, self._end_of_storm)

    def _end_of_storm(self) -> None:
        self._storm = None
        self._go_on()

    def _give_up(self) -> None:
        self._answers = False
        self._on_the_way.clear()
        self._deadline = None
        self._go_on()

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline()
            self._deadline = None

    def _go_on(self) -> None:
        while self._waiting and self.is_open:
            paint = next(iter(self._waiting))
            del self._waiting[paint]
            paint()
