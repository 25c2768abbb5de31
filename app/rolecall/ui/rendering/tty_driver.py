"""What both drivers share: the terminal may be slow, far away, silent, or suddenly gone."""

from __future__ import annotations

import asyncio
import errno
import os
import select
import signal
import sys
import termios
import threading
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import copy_context
from threading import Event
from types import FrameType
from typing import Any, Final

from textual import events
from textual.app import App
from textual.constants import ESCAPE_DELAY
from textual.message import Message

from rolecall.terminal import capabilities, last_resort
from rolecall.terminal.ending_signals import ENDING, OTHERS
from rolecall.terminal.glyphs import REPLACEMENTS
from rolecall.ui.rendering.flow_control import FlowControl
from rolecall.ui.rendering.key_parser import KeyParser
from rolecall.ui.rendering.textual_private import StderrSize, driver_of
from rolecall.ui.start import garbage

# Asks for the cursor position (ECMA-48 8.3.35). Every terminal answers, in its turn.
QUERY: Final = "\x1b[6n"
# Textual writes these, and rolecall needs none: nothing depends on the focus of the terminal, and
# another shape of the pointer would stay after the end.
_UNWANTED: Final = ("\x1b[?1004h", "\x1b]22;")
_OF_KEYS: Final = (signal.SIGINT, signal.SIGQUIT)  # Ctrl+C and Ctrl+\
_LAST_ANSWER: Final = 1.0  # seconds to wait for answers before the terminal is given back
_LAST_RESORT: Final = 5.0  # seconds after which a signal ends even a process that hangs
# Seconds to wait for a signal: the kernel may have given it to a thread that runs later.
_SIGNAL_ON_ITS_WAY: Final = 0.3


class TtyDriver(StderrSize):
    """Goes before a driver of Textual, which handles no signal that ends the process, and would
    leave the terminal as it is.
    """

    query = QUERY
    leave = last_resort.LEAVE
    fileno: int
    exit_event: Event

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self.app = app
        self.loop = asyncio.get_running_loop()
        # Textual finds the app, and so the theme, in the context of what it runs. A signal, a timer
        # and the thread that reads have another one.
        self._context = copy_context()
        self.exit_event = self._exit = WakingEvent()
        self.flow_control = FlowControl(self._ask, self._later)
        self.written = 0  # characters
        self.typed = b""  # before the driver has the terminal
        self._line_lost = False
        self._asked = self._answered = 0
        self._asked_at = 0.0
        self._handle_signals()
        self._handled_continues = 0  # those of `suspend` that the loop has not reported yet
        self._has_terminal = False

    # --- begin and end

    def begin(self) -> None:
        """Note that rolecall has the terminal, for the first time or again."""
        with suppress(termios.error):
            last_resort.note(self.fileno, self.leave)
        self._has_terminal = True
        self._asked = self._answered = 0
        self.flow_control.begin()

    def stop_application_mode(self) -> None:
        if not self._has_terminal:
            return  # another program has it, or the shell
        self._wait_for_answers()
        self.write(last_resort.undo())
        super().stop_application_mode()  # type: ignore[safe-super]
        last_resort.forget()
        self._has_terminal = False

    def disable_input(self) -> None:
        if self._has_terminal:  # otherwise the shell would stop rolecall for changing its terminal
            super().disable_input()  # type: ignore[safe-super]

    def _wait_for_answers(self) -> None:
        """Wait for the terminal's last answers, which would be typed into the shell otherwise."""
        if not self._answered and time.monotonic() > self._asked_at + _LAST_ANSWER:
            return  # it never answers
        _comes_true(lambda: self._answered >= self._asked or self._line_lost, _LAST_ANSWER)

    def _exit_app(self, number: int) -> None:
        """End after a signal or a lost line, within a few seconds even if something hangs."""

        def end_now() -> None:
            last_resort.restore()
            os._exit(128 + number)

        resort = threading.Timer(_LAST_RESORT, end_now)
        resort.daemon = True
        resort.start()
        self.app.exit(return_code=128 + number)

    def suspend(self, *, job: bool = False) -> bool:
        """Give the terminal to the shell until it continues this process, as SIGTSTP asks.

        `job` stops the whole job, as Ctrl+Z does. Returns False if no shell could continue it: the
        kernel does not stop an orphaned process group (POSIX 2.4.3). If a shell continues rolecall
        in the background for a signal that ends it, it ends.
        """
        had_terminal = self._has_terminal
        if had_terminal:
            self.suspend_application_mode()
        handled, ending = self._handled_continues, list[int]()

        def note(_: int, __: FrameType | None) -> None:
            self._handled_continues += 1

        for number in ENDING:  # the loop reports them too, but later
            signal.signal(number, lambda number, _: ending.append(number))
        self.loop.remove_signal_handler(signal.SIGTSTP)
        self.loop.remove_signal_handler(signal.SIGCONT)
        signal.signal(signal.SIGCONT, note)
        if job:
            signal.signal(signal.SIGTSTP, signal.SIG_IGN)
            os.kill(0, signal.SIGTSTP)
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTSTP)
        is_continued = _comes_true(lambda: self._handled_continues > handled, _SIGNAL_ON_ITS_WAY)
        while is_continued and not self._is_ended(ending) and self._stop_in_background():
            pass
        self._handle_signals()
        if had_terminal and not ending:
            self.resume_application_mode()
        return is_continued

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Give the terminal to another program. Its keys that are signals are for that program."""
        self.suspend_application_mode()
        last_resort.note(self.fileno, last_resort.MODES_OFF)
        self.loop.remove_signal_handler(signal.SIGTSTP)
        for number in _OF_KEYS:  # not ignored: a program would inherit that
            self.loop.add_signal_handler(number, lambda: None)
        try:
            yield
        finally:
            # The loop reports signals that came meanwhile only now, in its next round.
            self.loop.call_soon(self.loop.call_soon, self._handle_ending, _OF_KEYS)
            self.loop.add_signal_handler(signal.SIGTSTP, self.suspend)
            last_resort.restore()  # a program that was killed has not
            self.resume_application_mode()

    def _handle_signals(self) -> None:
        self._handle_ending((*ENDING, *OTHERS))
        self.loop.add_signal_handler(signal.SIGTSTP, self.suspend)
        self.loop.add_signal_handler(signal.SIGCONT, self._continued)

    def _handle_ending(self, numbers: Sequence[signal.Signals]) -> None:
        for number in numbers:
            self.loop.add_signal_handler(number, self._exit_app, number)

    def _is_ended(self, ending: Sequence[int]) -> bool:
        """Return whether one of the signals in `ending` has come; in the background wait for it."""
        _comes_true(lambda: bool(ending) or not self._is_in_background(), _SIGNAL_ON_ITS_WAY)
        return bool(ending)

    def _stop_in_background(self) -> bool:
        """Stop again if this process was continued in the background. Return whether it was.

        A shell may take it to the foreground at any moment. The stop has to wait for the look, so
        that the SIGCONT of `fg` discards it (POSIX 2.4.3).
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTSTP])
        signal.raise_signal(signal.SIGTSTP)
        is_in_background = self._is_in_background()
        if not is_in_background:
            signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # which discards it, too
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTSTP])
        return is_in_background

    def _is_in_background(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) != os.getpgrp()
        except OSError:  # the terminal is gone
            return False

    def _continued(self) -> None:
        """Take the terminal again after a SIGSTOP, not after a SIGCONT that `suspend` handled."""
        if self._handled_continues:
            self._handled_continues -= 1
        elif self._has_terminal:
            self._wake_input_thread()
            self.suspend_application_mode()
            self.resume_application_mode()

    def _wake_input_thread(self) -> None:
        """End a read that blocks because the shell has taken the input that was announced for it.

        The shell also leaves the terminal in line mode, in which an answer does not end a read.
        """
        with suppress(OSError, termios.error):  # the terminal is gone
            modes = termios.tcgetattr(self.fileno)
            modes[3] &= ~(termios.ICANON | termios.ECHO)
            termios.tcsetattr(self.fileno, termios.TCSANOW, modes)
        self._asked = self._answered = 0  # the shell has the older answers
        self._ask()

    # --- output

    def write(self, data: str) -> None:
        if self._line_lost or data.startswith(_UNWANTED):
            return
        try:
            super().write(data)  # type: ignore[safe-super]
        except OSError:
            self._lose_line()
        self.written += len(data)
        # Textual asks too: each frame under the prompt ends with a query.
        if queries := data.count(QUERY):
            self._asked += queries
            self._asked_at = time.monotonic()

    def call_soon(self, callback: Callable[[], None]) -> None:
        """Call a function on the event loop, from any thread or signal handler."""
        self.loop.call_soon_threadsafe(callback, context=self._context)

    def _ask(self) -> None:
        self.write(self.query)

    def _later(self, seconds: float, run: Callable[[], None]) -> Callable[[], None]:
        return self.loop.call_later(seconds, run, context=self._context).cancel

    def _lose_line(self) -> None:
        self._line_lost = True
        self.loop.call_soon_threadsafe(self._exit_app, signal.SIGHUP)

    # --- input, in a thread

    def run_input_thread(self) -> None:
        """Read until `exit_event`. A lost line ends the app, and so does an error."""
        try:
            self._read_input()
        except OSError:
            self._lose_line()
        except Exception as error:
            self.loop.call_soon_threadsafe(self.app.call_later, _raise, error)

    def _read_input(self) -> None:
        """Raises OSError if the line is lost. Bytes that are not UTF-8 are replaced."""
        parser = KeyParser()
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        data, self.typed = self.typed, b""
        while not self.exit_event.is_set():
            for message in parser.read(decode(data)):
                self.process_message(message)
            delay = ESCAPE_DELAY if data else None
            ready, _, _ = select.select([self.fileno, self._exit.reader], [], [], delay)
            data = os.read(self.fileno, 4096) if self.fileno in ready else b""
            if self.fileno in ready and not data:
                raise OSError(errno.EIO, os.strerror(errno.EIO))

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.CursorPosition):
            self._answered += 1
            self.call_soon(self._show_answered)
        else:
            super().process_message(message)

    def _show_answered(self) -> None:
        self.flow_control.answered()
        garbage.after_keys.collect()


def frame_options() -> dict[str, Any]:
    """Return what a frame has to know about the terminal."""
    glyphs = capabilities.glyphs(os.environ)
    return {
        "erases": capabilities.erases_with_background(os.environ),
        "links": capabilities.supports_links(os.environ),
        "replacements": REPLACEMENTS[glyphs],
        "encoding": sys.stderr.encoding,
    }


def tty_driver_of(app: App[Any]) -> TtyDriver | None:
    """Return the app's driver; None without a terminal, or with a driver of Textual's own."""
    driver = driver_of(app)
    return driver if isinstance(driver, TtyDriver) else None


def _comes_true(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait up to this many seconds, outside the event loop. Return whether it has come true."""
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.005)
    return condition()


def _raise(error: Exception) -> None:
    raise error


class WakingEvent(Event):
    """An event that also wakes `select`, so that a thread that waits for both needs no timeout."""

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
