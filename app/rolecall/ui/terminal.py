"""The terminal: what it can do, and the driver that draws on it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from enum import Enum
from typing import Final

SMALLEST: Final = (40, 10)


class Unfit(Enum):
    """Why a full screen cannot be drawn here."""

    NO_TERMINAL = "no-terminal"
    DUMB = "dumb"
    TOO_SMALL = "too-small"


def unfit(environ: Mapping[str, str], smallest: tuple[int, int] = SMALLEST) -> Unfit | None:
    """Keys come from stdin and the screen goes to stderr, so that stdout can be captured."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return Unfit.NO_TERMINAL
    if environ.get("TERM", "") in {"", "dumb", "unknown"}:
        return Unfit.DUMB
    columns, rows = size()
    if columns < smallest[0] or rows < smallest[1]:
        return Unfit.TOO_SMALL
    return None


def size() -> tuple[int, int]:
    """Columns and rows of the terminal behind stderr; 80×24 where it does not say."""
    try:
        columns, rows = os.get_terminal_size(sys.__stderr__.fileno() if sys.__stderr__ else 2)
    except (OSError, ValueError):
        columns, rows = 0, 0
    return columns or 80, rows or 24


def few_colours(environ: Mapping[str, str]) -> bool:
    """Whether the terminal's own palette is the better choice: 16 colours or fewer, or NO_COLOR."""
    if environ.get("NO_COLOR"):
        return True
    if environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return False
    if system := environ.get("TEXTUAL_COLOR_SYSTEM"):
        return system == "standard"
    term = environ.get("TERM", "")
    return not ("256color" in term or "kitty" in term or "direct" in term or "ghostty" in term)


def light_background(environ: Mapping[str, str]) -> bool:
    """What COLORFGBG says, which rxvt, Konsole and others set: `15;0` is light on dark."""
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return background in {"7", "15"}


def has_title(environ: Mapping[str, str]) -> bool:
    """Whether a title can be set and the old one put back: not on a console, nor in GNU screen."""
    term = environ.get("TERM", "")
    return bool(environ.get("TMUX")) or not re.match(r"linux|vt\d|cons|sun|screen", term)


def over_ssh(environ: Mapping[str, str]) -> bool:
    return any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))


class Multiplexer(Enum):
    TMUX = "tmux"
    SCREEN = "screen"


def multiplexer(environ: Mapping[str, str]) -> Multiplexer | None:
    """Also one at the near end of an SSH connection, of which only TERM tells. tmux has called
    itself `screen-256color` for long; GNU screen calls itself `screen` or `screen.xterm-256color`.
    """
    term = environ.get("TERM", "")
    if environ.get("TMUX") or term.startswith(("tmux", "screen-256color")):
        return Multiplexer.TMUX
    if environ.get("STY") or term.startswith("screen"):
        return Multiplexer.SCREEN
    return None


def has_no_clipboard(environ: Mapping[str, str]) -> bool:
    """Terminals that know no OSC 52."""
    return (
        environ.get("TERM") == "linux"
        or environ.get("TERM_PROGRAM") == "Apple_Terminal"
        or "VTE_VERSION" in environ
        or environ.get("TERMINAL_EMULATOR") == "JetBrains-JediTerm"
    )


def erases_with_background(environ: Mapping[str, str]) -> bool:
    """terminfo's `bce`: not GNU screen, which erases to the terminal's own background."""
    return multiplexer(environ) is not Multiplexer.SCREEN


def opens_here(environ: Mapping[str, str]) -> bool:
    """Whether a browser that is opened opens where somebody sees it. Over SSH it does not, but for
    VS Code's own, which opens it at the near end.
    """
    return not over_ssh(environ) or bool(
        environ.get("VSCODE_IPC_HOOK_CLI") and environ.get("BROWSER")
    )


def knows_links(environ: Mapping[str, str]) -> bool:
    """OSC 8, which nearly every terminal shows or ignores; those that print it are left out."""
    return environ.get("TERM", "") not in {"linux", "vt100", "vt220", "ansi"} and (
        multiplexer(environ) is not Multiplexer.SCREEN
    )
