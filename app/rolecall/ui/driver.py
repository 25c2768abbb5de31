"""Textual's driver for a terminal that may be slow, far away, resized, or suddenly gone."""

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
from types import FrameType
from typing import Any, Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from rolecall.ui import terminal
from rolecall.ui.canvas import Canvas
from rolecall.ui.pacing import Pace

# Cursor position report (ECMA-48 8.3.35), which every terminal answers in its turn.
_QUESTION: Final = "\x1b[6n"
# What Textual writes and rolecall does without: nothing of it changes with the terminal's focus,
# and a pointer of another shape would be left behind.
_UNWANTED: Final = ("\x1b[?1004h", "\x1b]22;")
_ENDINGS: Final = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
_LAST_ANSWER: Final = 1.0  # seconds that leaving waits for the terminal to answer
_LAST_RESORT: Final = 5.0  # seconds after which a signal ends even what hangs


class Driver(LinuxDriver):
    """The stock driver asks stdout for the size, which is a pipe in `AWS_PROFILE=$(rolecall)`;
    and knows no signal that ends it, so that the terminal would be left as it is.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.canvas = Canvas(
            erases=terminal.erases_with_background(os.environ),
            links=terminal.knows_links(os.environ),
        )
        self.pace = Pace(self._ask, self._later)
        self._loop = asyncio.get_running_loop()
        self._line_lost = False
        self._asked = self._heard = 0
        self._asked_at = 0.0
        for number in _ENDINGS:
            self._loop.add_signal_handler(number, self._end, number)

    def _get_terminal_size(self) -> tuple[int, int]:
        return terminal.size()

    # --- begin and end

    def start_application_mode(self) -> None:
        """The first question, too, is asked here: to see whether there are answers at all."""
        self._asked = self._heard = 0
        self.canvas.forget()
        self.pace.begin()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._watch_size()
        self._ask()
        self._loop.call_soon(self._repaint)

    def stop_application_mode(self) -> None:
        self._hear_out()
        super().stop_application_mode()

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
        self._app.exit()

    # --- what goes out

    def write(self, data: str) -> None:
        writer = self._writer_thread
        if writer is not None and writer.is_alive() and not data.startswith(_UNWANTED):
            super().write(data)

    def _ask(self) -> None:
        self._asked += 1
        self._asked_at = time.monotonic()
        self.write(_QUESTION)

    def _later(self, seconds: float, run: Callable[[], None]) -> Callable[[], None]:
        return self._loop.call_later(seconds, run).cancel

    # --- what comes in; all of it in a thread

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except OSError:
            self._line_lost = True
            self._loop.call_soon_threadsafe(self._end, signal.SIGHUP)
        except Exception as error:
            self._loop.call_soon_threadsafe(self._app._handle_exception, error)

    def run_input_thread(self) -> None:
        """Raises OSError where the line is lost. Bytes that are no UTF-8 end nothing."""
        parser = XTermParser()
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno], [], [], 0.1)
            if ready:
                data = os.read(self.fileno, 4096)
                if not data:
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
                for message in parser.feed(decode(data)):
                    self.process_message(message)
            for message in parser.tick():
                self.process_message(message)

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.CursorPosition):
            self._heard += 1
            self._loop.call_soon_threadsafe(self.pace.answered)
            return
        if isinstance(message, events.Resize):
            self._loop.call_soon_threadsafe(self._resized)
        super().process_message(message)

    # --- its size

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
        if self._app._running and self._app._screen_stack:
            self._app.screen.refresh()
