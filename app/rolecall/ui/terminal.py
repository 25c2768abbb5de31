"""The terminal: what it can do, and the driver that draws on it."""

from __future__ import annotations

import os
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


def over_ssh(environ: Mapping[str, str]) -> bool:
    return any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))


def erases_with_background(environ: Mapping[str, str]) -> bool:
    """terminfo's `bce`: not GNU screen, which erases to the terminal's own background."""
    return "TMUX" in environ or not environ.get("TERM", "").startswith("screen")
