"""The terminal from the launch image to Textual.

The image is shown before Textual is imported. Until Textual takes the terminal, this module
restores it whenever the process ends. Keys wait in the terminal's queue, unseen; Textual reads them
later, in their order. Ctrl+C, Ctrl+\\ and Ctrl+Z wait as well, but only for a moment: a
start may hang, and then they are signals, as in the shell, also if they were pressed before.
"""

from __future__ import annotations

import os
import signal
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from select import select
from types import FrameType
from typing import Any, Final

from rolecall.terminal import last_resort
from rolecall.terminal.ending_signals import ENDING, OTHERS
from rolecall.terminal.launch_image import Picture

_ENTER: Final = "\x1b[?1049h\x1b[?25l\x1b[?7l"  # the alternate screen, no cursor, no wrapping
_OUTPUT: Final = 2  # the screen is standard error
_ENDING: Final = (*ENDING, *(set(OTHERS) - {signal.SIGALRM}), signal.SIGTSTP)
_CHANGING: Final = (signal.SIGWINCH, signal.SIGCONT)
_PATIENCE: Final = 3.0  # seconds after which a start hangs
_SIGNAL_KEYS: Final = ((b"\x03", signal.SIGINT), (b"\x1c", signal.SIGQUIT))
_QUEUE: Final = 4096  # bytes that a terminal keeps of what is typed (N_TTY_BUF_SIZE of Linux)
_IFLAG, _LFLAG, _CC = 0, 3, 6  # of the list that termios returns


class Launch:
    """A terminal that shows an image.

    `attributes` are its own settings, restored at the end. `is_intact`: nothing has happened since
    then that may have changed the screen. `typed` was read from it, and comes before what is still
    in its queue.
    """

    def __init__(self, picture: Picture, descriptor: int) -> None:
        self.picture = picture
        self.attributes: list[Any] = termios.tcgetattr(descriptor)
        self.is_intact = True
        self.typed = b""
        self._is_waiting = False  # for Textual to take the terminal
        self._descriptor = descriptor
        self._handlers: dict[int, Any] = {}

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines."""
        return len(self.picture.rows[0]), len(self.picture.rows)

    def begin(self) -> None:
        """Show the image. Raises OSError, termios.error."""
        text = _ENTER + self.picture.painted()
        for numbers, handler in ((_ENDING, _give_back_and_end), (_CHANGING, self._note_change)):
            for number in numbers:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._handle(number, handler)
        if not any(signal.getitimer(signal.ITIMER_REAL)):  # the caller has not set one
            self._is_waiting = True
            self._handle(signal.SIGALRM, self._make_keys_signals)
            signal.setitimer(signal.ITIMER_REAL, _PATIENCE)
        last_resort.note(self._descriptor, "", self.attributes)
        termios.tcsetattr(self._descriptor, termios.TCSANOW, _raw(self.attributes))
        last_resort.note(self._descriptor, last_resort.LEAVE_IMAGE)
        _write(text)

    def end(self) -> None:
        """Restore the terminal. A signal may call it again before it has ended."""
        last_resort.restore()
        self.restore_handlers()

    def stop_timer(self) -> None:
        """Leave the terminal's settings as they are from now on."""
        if self._is_waiting:
            self._is_waiting = False
            signal.setitimer(signal.ITIMER_REAL, 0)

    def restore_handlers(self) -> None:
        self.stop_timer()
        for number, (own, before) in self._handlers.items():
            if signal.getsignal(number) == own:
                signal.signal(number, before)

    def _handle(self, number: int, handler: Callable[[int, FrameType | None], None]) -> None:
        self._handlers[number] = handler, signal.signal(number, handler)

    def _make_keys_signals(self, _: int, __: FrameType | None) -> None:
        if not self._is_waiting:
            return
        with suppress(termios.error):
            changed = termios.tcgetattr(self._descriptor)
            changed[_LFLAG] |= termios.ISIG
            termios.tcsetattr(self._descriptor, termios.TCSANOW, changed)
        self._read_keys()
        for key, number in _SIGNAL_KEYS:
            if key in self.typed:
                signal.raise_signal(number)

    def _read_keys(self) -> None:
        with suppress(OSError):
            in_foreground = os.tcgetpgrp(self._descriptor) == os.getpgrp()
            if in_foreground and select([self._descriptor], [], [], 0)[0]:
                self.typed += os.read(self._descriptor, _QUEUE)

    def _note_change(self, _: int, __: FrameType | None) -> None:
        self.is_intact = False


_launches: Final[list[Launch]] = []  # one at most


def show(picture: Picture) -> None:
    """Show the picture, if this process has the terminal."""
    if sys.__stdin__ is None:
        return
    try:
        descriptor = sys.__stdin__.fileno()
        if os.tcgetpgrp(descriptor) != os.getpgrp():  # in the background
            return
        _launches.append(Launch(picture, descriptor))
        _launches[-1].begin()
    except (OSError, ValueError, termios.error):
        give_back()


def shown() -> Launch | None:
    """Return the terminal that shows an image."""
    return _launches[-1] if _launches else None


def hand_over() -> None:
    """Note that Textual has the terminal now, and restores it."""
    while _launches:
        _launches.pop().restore_handlers()


def give_back() -> None:
    """Restore the terminal, if Textual does not have it."""
    if _launches:
        _launches[-1].end()
        _launches.clear()


def _give_back_and_end(number: int, _: FrameType | None) -> None:
    """Restore the terminal and do what the signal does: end or stop the process."""
    give_back()
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)


def _raw(attributes: list[Any]) -> list[Any]:
    """Return the settings with which Textual reads keys."""
    raw = [*attributes[:_CC], list(attributes[_CC])]
    raw[_LFLAG] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    lines = termios.ICRNL | termios.INLCR | termios.IGNCR
    raw[_IFLAG] &= ~(termios.IXON | termios.IXOFF | lines)
    raw[_CC][termios.VMIN] = 1
    return raw


def _write(text: str) -> None:
    encoding = sys.__stderr__.encoding if sys.__stderr__ else "utf-8"
    data = text.encode(encoding, "replace")
    while data:
        data = data[os.write(_OUTPUT, data) :]
