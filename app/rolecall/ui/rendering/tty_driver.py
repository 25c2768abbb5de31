"""What both drivers share: the terminal may be slow, far away, silent, or suddenly gone."""

from __future__ import annotations

import asyncio
import errno
import os
import select
import signal
import threading
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual.app import App
from textual.constants import ESCAPE_DELAY
from textual.message import Message

from rolecall.terminal import capabilities
from rolecall.ui.rendering.flow_control import Pace
from rolecall.ui.rendering.key_parser import Typed

if TYPE_CHECKING:
    from textual.driver import Driver as Stock
else:
    Stock = object

# Cursor position report (ECMA-48 8.3.35), which every terminal answers in its turn.
_QUESTION: Final = "\x1b[6n"
# What Textual writes and rolecall does without: nothing of it changes with the terminal's focus,
# and a pointer of another shape would be left behind.
_UNWANTED: Final = ("\x1b[?1004h", "\x1b]22;")
_ENDINGS: Final = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
_LAST_ANSWER: Final = 1.0  # seconds that leaving waits for the terminal to answer
_LAST_RESORT: Final = 5.0  # seconds after which a signal ends even what hangs


class TtyDriver(Stock):
    """For a stock driver, which asks stdout for the size (a pipe in `$(rolecall)`) and knows no
    signal that ends it, so that the terminal would be left as it is.
    """

    _app: App[Any]
    question = _QUESTION
    fileno: int
    exit_event: Event

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.exit_event = self._exit = WakingEvent()
        self.pace = Pace(self._ask, self._later)
        self.written = 0  # characters
        self._loop = asyncio.get_running_loop()
        self._line_lost = False
        self._asked = self._heard = 0
        self._asked_at = 0.0
        for number in _ENDINGS:
            self._loop.add_signal_handler(number, self._end, number)
        self._loop.add_signal_handler(signal.SIGTSTP, self.suspend)
        self._loop.add_signal_handler(signal.SIGCONT, self._go_on)
        self._known_continues = 0
        self._has_terminal = False  # neither before the beginning, nor while it is being left

    def _get_terminal_size(self) -> tuple[int, int]:
        return capabilities.size()

    # --- begin and end

    def begin(self) -> None:
        """The terminal is rolecall's, for the first time or again."""
        self._has_terminal = True
        self._asked = self._heard = 0
        self.pace.begin()

    def stop_application_mode(self) -> None:
        self._has_terminal = False
        self._hear_out()
        super().stop_application_mode()  # type: ignore[safe-super]

    def _hear_out(self) -> None:
        """What the terminal answers after rolecall has left would be typed into the shell."""
        if not self._heard and time.monotonic() > self._asked_at + _LAST_ANSWER:
            return  # it does not answer at all
        until = time.monotonic() + _LAST_ANSWER
        while self._heard < self._asked and not self._line_lost and time.monotonic() < until:
            time.sleep(0.005)

    def _end(self, number: int) -> None:
        """A signal came, or the line was lost. What hangs is not waited for."""
        resort = threading.Timer(_LAST_RESORT, os._exit, [128 + number])
        resort.daemon = True
        resort.start()
        self._app.exit(return_code=128 + number)

    def suspend(self, *, job: bool = False) -> bool:
        """Gives the shell its terminal until it lets us go on: what SIGTSTP asks for; with `job` to
        all of the job, as the terminal's own Ctrl+Z does. False where nobody could let us go on:
        the kernel stops no orphaned process group (POSIX 2.4.3).
        """
        had_terminal = self._has_terminal
        if had_terminal:
            self.suspend_application_mode()
        known = self._known_continues

        def note(_: int, __: FrameType | None) -> None:
            self._known_continues += 1

        self._loop.remove_signal_handler(signal.SIGTSTP)
        self._loop.remove_signal_handler(signal.SIGCONT)
        signal.signal(signal.SIGCONT, note)
        if job:
            signal.signal(signal.SIGTSTP, signal.SIG_IGN)
            os.kill(0, signal.SIGTSTP)
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTSTP)
        while self._known_continues > known and self._is_in_background():
            signal.raise_signal(signal.SIGTSTP)
        self._loop.add_signal_handler(signal.SIGTSTP, self.suspend)
        self._loop.add_signal_handler(signal.SIGCONT, self._go_on)
        if had_terminal:
            self.resume_application_mode()
        return self._known_continues > known

    def _is_in_background(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) != os.getpgrp()
        except OSError:  # the terminal is gone
            return False

    def _go_on(self) -> None:
        """After a SIGSTOP, which nobody can prepare for: others have had the terminal. The loop
        tells of what `suspend` has noted, too.
        """
        if self._known_continues:
            self._known_continues -= 1
        elif self._has_terminal:
            self.suspend_application_mode()
            self.resume_application_mode()

    # --- what goes out

    def write(self, data: str) -> None:
        if self._line_lost or data.startswith(_UNWANTED):
            return
        try:
            super().write(data)  # type: ignore[safe-super]
        except OSError:
            self._lose()
        self.written += len(data)
        # Textual asks too: each frame under the prompt ends with a question.
        if questions := data.count(_QUESTION):
            self._asked += questions
            self._asked_at = time.monotonic()

    def _ask(self) -> None:
        self.write(self.question)

    def _later(self, seconds: float, run: Callable[[], None]) -> Callable[[], None]:
        return self._loop.call_later(seconds, run).cancel

    def _lose(self) -> None:
        self._line_lost = True
        self._loop.call_soon_threadsafe(self._end, signal.SIGHUP)

    # --- what comes in; all of it in a thread

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except OSError:
            self._lose()
        except Exception as error:
            self._loop.call_soon_threadsafe(self._app._handle_exception, error)

    def run_input_thread(self) -> None:
        """Raises OSError where the line is lost. Bytes that are no UTF-8 end nothing."""
        typed = Typed()
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        delay: float | None = None
        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno, self._exit.reader], [], [], delay)
            data = os.read(self.fileno, 4096) if self.fileno in ready else b""
            if self.fileno in ready and not data:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            delay = ESCAPE_DELAY if data else None
            for message in typed.read(decode(data)):
                self.process_message(message)

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.CursorPosition):
            self._heard += 1
            self._loop.call_soon_threadsafe(self.pace.answered)
        else:
            super().process_message(message)


class WakingEvent(Event):
    """An event that `select` hears of, so that who waits for both wakes up for nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.reader, self._writer = os.pipe()

    def set(self) -> None:
        if not self.is_set():
            super().set()
            os.write(self._writer, b".")

    def clear(self) -> None:
        if self.is_set():
            super().clear()
            os.read(self.reader, 1)
