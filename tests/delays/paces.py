"""A plugin of pytest: how soon the tests see the output of a terminal is left to chance.

A test on an idle machine sees the beginning of it, and what is shown for a moment. A test on a busy
one sees only what stays. Both must pass. `make delays` uses this.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, Final

import pyte

from tests.support import terminal

_READ_SIZE: Final = 200  # bytes
_LATER: Final = 0.4  # seconds from the first output of a read to its end
_MOST: Final = 3.0  # seconds for output to settle: some screens change every second


class Pace(Enum):
    EAGER = auto()  # the test looks after every few bytes
    LATE = auto()  # it looks and presses keys once the output has settled


class PacedTerminal(terminal.Terminal):
    def __init__(self, *arguments: Any, pace: Pace | None = None, **options: Any) -> None:
        self._pace = pace or random.choice(list(Pace))
        self._is_settled = self._is_waiting = False
        if self._pace is Pace.EAGER:
            self.read_size = _READ_SIZE
        super().__init__(*arguments, **options)

    def read(self, timeout: float) -> bool:
        if not super().read(timeout):
            return False
        end = time.monotonic() + _LATER
        while self._pace is Pace.LATE and (left := end - time.monotonic()) > 0:
            if not super().read(left):
                break
        return True

    def wait_until(self, condition: Callable[[], bool], *options: Any, **others: Any) -> None:
        self._is_waiting, self._is_settled = True, False
        try:
            super().wait_until(condition, *options, **others)
        finally:
            self._is_waiting = False

    def press(self, *keys: str, **waits: str) -> None:
        self._let_settle()
        super().press(*keys, **waits)
        self._is_settled = False

    @property
    def screen(self) -> pyte.Screen:
        self._let_settle()
        return super().screen

    def _let_settle(self) -> None:
        if self._is_waiting or self._is_settled or self._pace is not Pace.LATE:
            return
        self._is_settled = True
        if self._terminal >= 0:
            self.settle(quiet=_LATER, timeout=_MOST)


terminal.Terminal = PacedTerminal  # type: ignore[misc]
