"""Input on the terminal that is not shown."""

from __future__ import annotations

import signal
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Final

from rolecall.cli.support import signals

_Modes = list[Any]  # a list of termios attributes
_LOCAL_MODES: Final = 3  # the place of the local modes in it


@contextmanager
def hidden_input(on_continued: Callable[[], None], *, by_line: bool = True) -> Iterator[None]:
    """Hide typed characters. Unlike getpass, this keeps what was typed before.

    A terminal that gives input `by_line` keeps 4,095 bytes of a line, and drops the rest.
    `on_continued` is called when the process was stopped and is continued.
    """
    before = termios.tcgetattr(sys.stdin)
    if not before[_LOCAL_MODES] & termios.ECHO:  # hidden for another role of the chain
        yield
        return
    hidden = before.copy()
    hidden[_LOCAL_MODES] &= ~(termios.ECHO if by_line else termios.ECHO | termios.ICANON)
    _set_modes(hidden)
    try:
        with _while_stopped(before, hidden, on_continued):
            yield
    finally:
        _set_modes(before)


@contextmanager
def _while_stopped(modes: _Modes, own: _Modes, on_continued: Callable[[], None]) -> Iterator[None]:
    """Give the terminal these modes while this process is stopped, and its own ones afterwards.

    Shells do neither reliably: dash keeps the modes that it finds, and bash sets its own, which a
    continued program then has. SIGTSTP stays ignored if the caller ignores it.
    """

    def stop(number: int, _: FrameType | None) -> None:
        _set_modes(modes)
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)  # returns once the process is continued
        signal.signal(number, stop)
        with suppress(termios.error):  # without a shell nothing stops, and no SIGCONT comes
            _set_modes(own)

    def go_on(*_: object) -> None:
        with suppress(termios.error):  # in the background; SIGCONT comes again
            _set_modes(own)
            on_continued()

    handlers: dict[int, signals.Handler] = {signal.SIGCONT: go_on}
    if signal.getsignal(signal.SIGTSTP) is signal.SIG_DFL:
        handlers[signal.SIGTSTP] = stop
    with signals.handled(handlers):
        yield


def _set_modes(modes: _Modes) -> None:
    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, modes)
