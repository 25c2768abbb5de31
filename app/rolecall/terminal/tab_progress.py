"""Progress in the tab of the terminal or in the taskbar: OSC 9;4, which comes from ConEmu.

Terminals that do not know it may take it for a notification, so only known ones get it:
https://learn.microsoft.com/windows/terminal/tutorials/progress-bar-sequences
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from rolecall.terminal import capabilities, last_resort
from rolecall.terminal.capabilities import Multiplexer
from rolecall.terminal.wrapped import for_tmux

_CLEAR: Final = "\x1b]9;4;0;0\x1b\\"
_UNKNOWN: Final = "\x1b]9;4;3;0\x1b\\"
# The names that terminals give to themselves; tmux asks its terminal for it (XTVERSION).
_KNOWN: Final = re.compile("ghostty|wezterm|windows terminal", re.IGNORECASE)
_OLDEST: Final = {"VTE_VERSION": 8000, "KONSOLE_VERSION": 260400}
_FEATURE: Final = re.compile(r"P(?![a-z])")  # https://iterm2.com/feature-reporting/
_OUTER: Final = (
    *("display-message", "-p", "#{client_termtype}", ";"),
    *("show-options", "-Apv", "allow-passthrough"),
)


def is_taken(environ: Mapping[str, str]) -> bool:
    """Return whether the terminal is known to take it. In tmux this runs tmux."""
    if capabilities.is_plain(environ):
        return False
    match capabilities.multiplexer(environ):
        case Multiplexer.TMUX:
            return bool(environ.get("TMUX")) and _passes_on(environ)
        case Multiplexer.SCREEN:
            return False
    has = environ.get
    numbers = {name: has(name, "") for name in _OLDEST}
    return (
        bool(has("WT_SESSION"))
        or has("ConEmuANSI") == "ON"
        or bool(_FEATURE.search(has("TERM_FEATURES", "")))
        or any(_KNOWN.search(has(name, "")) for name in ("TERM_PROGRAM", "TERM"))
        or any(text.isdigit() and int(text) >= _OLDEST[name] for name, text in numbers.items())
    )


def _passes_on(environ: Mapping[str, str]) -> bool:
    """Return whether tmux passes sequences on to a terminal that is known to take this one."""
    with suppress(OSError, subprocess.SubprocessError):
        asked = subprocess.run(
            ["tmux", *_OUTER], env=dict(environ), capture_output=True, timeout=1, check=True
        )
        outer, _, passthrough = asked.stdout.decode(errors="replace").partition("\n")
        return bool(_KNOWN.search(outer)) and passthrough.strip() in {"on", "all"}
    return False


class TabProgress:
    """Shows progress with `write`, in a terminal that takes it. What ends rolecall clears it."""

    def __init__(self, environ: Mapping[str, str], write: Callable[[str], object]) -> None:
        is_tmux = capabilities.multiplexer(environ) is Multiplexer.TMUX
        self._wrapped = for_tmux if is_tmux else str
        self._write = write
        self._shown = ""

    def show(self, done: int, total: int) -> None:
        """Show how much is done; a `total` of 0 is unknown."""
        percent = 100 * min(done, total) // total if total else 0
        shown = f"\x1b]9;4;1;{percent}\x1b\\" if total else _UNKNOWN
        if shown != self._shown or not last_resort.has_to_undo():
            last_resort.note_undo(self._wrapped(_CLEAR))
            self._shown = shown
            self._write(self._wrapped(shown))

    def clear(self) -> None:
        if undo := last_resort.undo():
            self._write(undo)
