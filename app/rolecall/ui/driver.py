"""Textual's driver, asking the right terminal for its size, and how far it is."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from rolecall.ui import terminal
from rolecall.ui.canvas import Canvas
from rolecall.ui.pacing import Pace

# Cursor position report (ECMA-48 8.3.35), which every terminal answers in its turn.
_QUESTION: Final = "\x1b[6n"
_FOCUS_REPORTS: Final = "\x1b[?1004h"


class Driver(LinuxDriver):
    """The stock driver asks stdout, which is a pipe in `AWS_PROFILE=$(rolecall)`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.canvas = Canvas(erases=terminal.erases_with_background(os.environ))
        self._loop = asyncio.get_running_loop()
        self.pace = Pace(lambda: self.write(_QUESTION), self._later)

    def _get_terminal_size(self) -> tuple[int, int]:
        return terminal.size()

    def start_application_mode(self) -> None:
        """The first question, too, is asked here: to see whether there are answers at all."""
        self.canvas.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._watch_size()
        self.write(_QUESTION)

    def write(self, data: str) -> None:
        """Nothing changes with the terminal's focus, so that it is not asked to tell of it."""
        if data != _FOCUS_REPORTS:
            super().write(data)

    def process_message(self, message: Message) -> None:
        """Runs in the thread that reads what comes from the terminal."""
        if isinstance(message, events.CursorPosition):
            self._loop.call_soon_threadsafe(self.pace.answered)
            return
        if isinstance(message, events.Resize):
            self._loop.call_soon_threadsafe(self._resized)
        super().process_message(message)

    def _watch_size(self) -> None:
        textual = signal.getsignal(signal.SIGWINCH)

        def resized(number: int, frame: FrameType | None) -> None:
            self._loop.call_soon_threadsafe(self._resized)
            if callable(textual):
                textual(number, frame)

        signal.signal(signal.SIGWINCH, resized)

    def _resized(self) -> None:
        """Terminals move and cut what stands on them, even where the old size comes back."""
        self.canvas.forget()
        self.pace.resized()
        self.pace.when_open(self._repaint)

    def _repaint(self) -> None:
        if self._app._screen_stack:
            self._app.screen.refresh()

    def _later(self, seconds: float, run: Callable[[], None]) -> Callable[[], None]:
        return self._loop.call_later(seconds, run).cancel
