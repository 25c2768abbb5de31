"""The clipboard of the user's terminal: OSC 52, also through tmux and GNU screen.

The terminal does not answer, so the copied text must be on the screen too.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from enum import Enum
from typing import Final

from rolecall.terminal import capabilities
from rolecall.terminal.capabilities import Multiplexer

_SCREEN_PIECE: Final = 240  # bytes of a string: 256 in version 4.0, 768 in 4.9 (its MAXSTR)


class ClipboardAccess(Enum):
    """What decides whether a program may copy."""

    TMUX = "tmux"
    SCREEN = "screen"
    REFUSES = "refuses"
    TERMINAL = "terminal"


def access(environ: Mapping[str, str]) -> ClipboardAccess:
    """Return which ways lead to the user's clipboard."""
    match capabilities.multiplexer(environ):
        case Multiplexer.TMUX:
            return ClipboardAccess.TMUX
        case Multiplexer.SCREEN:
            return ClipboardAccess.SCREEN
    return (
        ClipboardAccess.REFUSES
        if capabilities.has_no_clipboard(environ)
        else ClipboardAccess.TERMINAL
    )


def sequences(text: str, environ: Mapping[str, str]) -> str:
    """Return the sequences that copy `text`, for this terminal.

    tmux takes the plain one with `set-clipboard on`, and passes on the wrapped one with
    `allow-passthrough on`; wrapped twice, it passes a tmux inside a tmux. A terminal ignores the
    sequences that it does not know. GNU screen passes on what is wrapped, but prints what is
    longer than its buffer, so it gets pieces. A tmux inside screen gets only those.
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
    pieces = range(0, len(sequence), _SCREEN_PIECE)
    return "".join(f"\x1bP{sequence[at : at + _SCREEN_PIECE]}\x1b\\" for at in pieces)
