"""The clipboard of the user's terminal: OSC 52, also through tmux and GNU screen.

The terminal does not answer, so the copied text must be on the screen too.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from enum import Enum

from rolecall.terminal import capabilities
from rolecall.terminal.capabilities import Multiplexer
from rolecall.terminal.wrapped import for_screen, for_tmux


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
    refuses = capabilities.has_no_clipboard(environ)
    return ClipboardAccess.REFUSES if refuses else ClipboardAccess.TERMINAL


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
            return for_tmux(for_screen(plain))
        case Multiplexer.TMUX:
            once = for_tmux(plain)
            return plain + once + for_tmux(once)
        case Multiplexer.SCREEN:
            return for_screen(plain)
    return plain
