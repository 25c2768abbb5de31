"""The clipboard of the terminal that somebody sits at: OSC 52, through whatever is in between.

Nothing answers whether it was taken, so that what is copied stands on the screen too.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from enum import Enum
from typing import Final

from rolecall.terminal import capabilities
from rolecall.terminal.capabilities import Multiplexer

_SCREEN_HOLDS: Final = 240  # bytes of a string: 256 in version 4.0, 768 in 4.9 (its MAXSTR)


class Keeper(Enum):
    """Who decides whether the clipboard takes it."""

    TMUX = "tmux"
    SCREEN = "screen"
    REFUSES = "refuses"
    TERMINAL = "terminal"


def keeper(environ: Mapping[str, str]) -> Keeper:
    match capabilities.multiplexer(environ):
        case Multiplexer.TMUX:
            return Keeper.TMUX
        case Multiplexer.SCREEN:
            return Keeper.SCREEN
    return Keeper.REFUSES if capabilities.has_no_clipboard(environ) else Keeper.TERMINAL


def sequences(text: str, environ: Mapping[str, str]) -> str:
    """tmux takes the plain one with `set-clipboard on`, and hands on the wrapped one with
    `allow-passthrough on`; wrapped twice it gets through a tmux in a tmux. What a terminal does not
    know it ignores. GNU screen hands on what is wrapped, and prints what is longer than it has room
    for: there it comes in pieces, and from a tmux inside of it in no other way.
    """
    plain = f"\x1b]52;c;{b64encode(text.encode()).decode()}\x07"
    match capabilities.multiplexer(environ):
        case Multiplexer.TMUX if environ.get("STY"):
            return _for_tmux(_for_screen(plain))
        case Multiplexer.TMUX:
            once = _for_tmux(plain)
            return plain + once + _for_tmux(once)
        case Multiplexer.SCREEN:
            return _for_screen(plain)
    return plain


def _for_tmux(sequence: str) -> str:
    doubled = sequence.replace("\x1b", "\x1b\x1b")
    return f"\x1bPtmux;{doubled}\x1b\\"


def _for_screen(sequence: str) -> str:
    pieces = range(0, len(sequence), _SCREEN_HOLDS)
    return "".join(f"\x1bP{sequence[at : at + _SCREEN_HOLDS]}\x1b\\" for at in pieces)
