"""Brings the terminal back to what it was before rolecall took it, if nothing else has done so."""

from __future__ import annotations

import os
import select
import sys
import termios
from contextlib import suppress
from typing import Any, Final

_OUTPUT: Final = 2  # the screen is standard error
# What rolecall and the programs that it starts turn on: an unfinished frame, other cursor keys,
# the mouse, pasted text in brackets, reports of the size; and what they turn off.
_PRIVATE_MODES: Final = (2026, 1, 1000, 1002, 1003, 1005, 1006, 1015, 1016, 2004, 2048)
MODES_OFF: Final = "".join(f"\x1b[?{mode}l" for mode in _PRIVATE_MODES) + "\x1b>\x1b[?7h\x1b[?25h"
_KITTY_OFF: Final = "\x1b[<u"  # removes what was put on its stack
# Wiped first: some terminals have no alternate screen to leave.
LEAVE_IMAGE: Final = "\x1b[m\x1b[2J\x1b[H\x1b[?7h\x1b[?1049l\x1b[?25h"
LEAVE: Final = f"{MODES_OFF}{_KITTY_OFF}{LEAVE_IMAGE}"
LEAVE_INLINE: Final = f"{MODES_OFF}{_KITTY_OFF}\x1b[m\r\x1b[J"
_PATIENCE: Final = 2.0  # seconds for a terminal that takes no output

Attributes = list[Any]  # what termios returns
_taken: Final[list[tuple[int, Attributes, str]]] = []  # one at most
_undo: Final[list[str]] = []  # what removes that which is outside the screen; one at most


def note(descriptor: int, leave: str, attributes: Attributes | None = None) -> None:
    """Note that rolecall takes the terminal, which has these settings, by default its present ones.

    Settings that are noted already stay. `leave` is what has to be written to give the terminal
    back. Raises termios.error if it is not a terminal.
    """
    before = _taken[0][1] if _taken else attributes or termios.tcgetattr(descriptor)
    _taken[:] = [(descriptor, before, leave)]


def forget() -> None:
    """Note that the terminal was given back."""
    _taken.clear()


def note_undo(text: str) -> None:
    """Note what removes that which rolecall shows outside the screen, such as in the tab."""
    _undo[:] = [text]


def has_to_undo() -> bool:
    return bool(_undo)


def undo() -> str:
    """Return what was noted to remove, once."""
    text = "".join(_undo)
    _undo.clear()
    return text


def restore() -> None:
    """Restore the terminal if rolecall has it. A signal may call it again before it has ended."""
    if text := undo():
        _write(text)
    for descriptor, attributes, leave in _taken[:]:
        with suppress(termios.error):
            termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
        _taken.clear()  # a second signal does not wait for a terminal that is stopped
        _write(leave)


def _write(text: str) -> None:
    """Write to the screen. Gives up if the terminal is gone or accepts nothing for two seconds."""
    data = text.encode(sys.__stderr__.encoding if sys.__stderr__ else "utf-8", "replace")
    with suppress(OSError, ValueError):
        while data and select.select([], [_OUTPUT], [], _PATIENCE)[1]:
            data = data[os.write(_OUTPUT, data) :]
