"""What the terminal can do."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from enum import Enum
from typing import Final, TextIO

PLAIN: Final = "ACCESSIBLE"
SMALLEST: Final = (40, 10)
SMALLEST_WATCH: Final = (30, 3)


class Unsupported(Enum):
    """Why a full screen cannot be drawn here."""

    NO_TERMINAL = "no-terminal"
    DUMB = "dumb"
    TOO_SMALL = "too-small"


def unsupported(
    environ: Mapping[str, str], smallest: tuple[int, int] = SMALLEST
) -> Unsupported | None:
    """Return why no full screen can be drawn here, or None.

    Keys come from stdin and the screen goes to stderr, so that stdout can be captured.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return Unsupported.NO_TERMINAL
    if environ.get("TERM", "") in {"", "dumb", "unknown"}:
        return Unsupported.DUMB
    columns, rows = size()
    if columns < smallest[0] or rows < smallest[1]:
        return Unsupported.TOO_SMALL
    return None


def size() -> tuple[int, int]:
    """Return columns and rows of the terminal behind stderr; 80×24 if it reports none."""
    columns, rows = _reported_size() or (0, 0)
    return columns or 80, rows or 24


def reports_no_size() -> bool:
    """Return whether the terminal says that it is 0×0, as in some containers."""
    return 0 in (_reported_size() or ())


def _reported_size() -> tuple[int, int] | None:
    with suppress(OSError, ValueError):
        return os.get_terminal_size(sys.__stderr__.fileno() if sys.__stderr__ else 2)
    return None


def is_plain(environ: Mapping[str, str]) -> bool:
    """Return whether lines are only appended, without colours and links: for screen readers, and
    for terminals that can do no more. The variable is that of other programs, such as those with
    huh; the option and the setting set it.
    """
    return environ.get(PLAIN, "") not in {"", "0", "false"}


def colours_wanted(environ: Mapping[str, str]) -> bool | None:
    """Return whether the variables want colours, also in a pipe; None if they leave it open.

    The plain mode has none. NO_COLOR overrides the others, as in Python. https://no-color.org https://force-color.org
    https://bixense.com/clicolors
    """
    if environ.get("NO_COLOR") or is_plain(environ):
        return False
    if forced := environ.get("FORCE_COLOR"):
        return forced not in {"0", "false"}  # as in Node.js
    if environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
        return True
    return False if environ.get("CLICOLOR") == "0" else None


def shows_colours(environ: Mapping[str, str], stream: TextIO) -> bool:
    """Return whether a command writes colours to the stream."""
    wanted = colours_wanted(environ)
    return stream.isatty() and environ.get("TERM") != "dumb" if wanted is None else wanted


def colours(environ: Mapping[str, str]) -> int:
    """Return how many colours there are: 2**24, 256, 16, 8, or 0 if none are wanted."""
    if colours_wanted(environ) is False:
        return 0
    if environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return 2**24
    if system := environ.get("TEXTUAL_COLOR_SYSTEM"):
        return {"standard": 16, "truecolor": 2**24}.get(system, 256)
    term = environ.get("TERM", "")
    # tmux calls itself `screen` by default, and reduces 256 colours to those of its terminal.
    if environ.get("TMUX") or re.search("256color|kitty|direct|ghostty", term):
        return 256
    return 8 if term in {"linux", "ansi", "screen", "cygwin"} or term.startswith("vt") else 16


def has_few_colours(environ: Mapping[str, str]) -> bool:
    """Return whether to use the terminal's own palette: 16 colours or fewer, or NO_COLOR."""
    return colours(environ) <= 16


class Glyphs(Enum):
    """Which signs can be shown: all, those of the Linux console's fonts, or ASCII only."""

    ALL = "all"
    CONSOLE = "console"
    ASCII = "ascii"


def glyphs(environ: Mapping[str, str]) -> Glyphs:
    """Return the signs that the locale allows (LC_ALL, LC_CTYPE, LANG). The default is UTF-8."""
    locale = next(filter(None, map(environ.get, ("LC_ALL", "LC_CTYPE", "LANG"))), "")
    if locale and "utf" not in locale.lower():
        return Glyphs.ASCII
    return Glyphs.CONSOLE if environ.get("TERM") == "linux" else Glyphs.ALL


def light_background(environ: Mapping[str, str]) -> bool:
    """Return whether COLORFGBG of rxvt and Konsole says so: `15;0` is light on dark."""
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return background in {"7", "15"}


def has_title(environ: Mapping[str, str]) -> bool:
    """Return whether a title can be set and restored: not on a console, nor in GNU screen."""
    if multiplexer(environ) is Multiplexer.SCREEN:
        return False
    term = environ.get("TERM", "")
    return bool(environ.get("TMUX")) or not re.match(r"linux|vt\d|cons|sun|screen", term)


def over_ssh(environ: Mapping[str, str]) -> bool:
    """Return whether this is a session over SSH."""
    return any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))


class Multiplexer(Enum):
    """The program between rolecall and the terminal."""

    TMUX = "tmux"
    SCREEN = "screen"


def multiplexer(environ: Mapping[str, str]) -> Multiplexer | None:
    """Return the multiplexer around rolecall, or None.

    Over SSH, only TERM shows one on the user's own machine. tmux was `screen-256color` for a long
    time; GNU screen is `screen` or `screen.xterm-256color`.
    """
    tmux, screen = bool(environ.get("TMUX")), bool(environ.get("STY"))
    if tmux and screen:  # one inside the other: the inner one gets our output
        inner = next((name for name in ancestors() if name.startswith(("tmux", "screen"))), "")
        tmux = not inner.startswith("screen")
    elif not (tmux or screen):
        term = environ.get("TERM", "")
        tmux, screen = term.startswith(("tmux", "screen-256color")), term.startswith("screen")
    if tmux:
        return Multiplexer.TMUX
    if screen:
        return Multiplexer.SCREEN
    return None


def ancestors(pid: int = 0) -> list[str]:
    """Return the names of the process and its ancestors, the nearest first.

    The default is the parent of this process.
    """
    names: list[str] = []
    pid = pid or os.getppid()
    with suppress(OSError, ValueError):  # no /proc, or a process that has just ended
        while pid > 1:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                before, _, after = file.read().rpartition(")")
            names.append(before.partition("(")[2])
            pid = int(after.split()[1])
    return names


def has_no_clipboard(environ: Mapping[str, str]) -> bool:
    """Return whether the terminal does not know OSC 52."""
    return (
        environ.get("TERM") == "linux"
        or environ.get("TERM_PROGRAM") == "Apple_Terminal"
        or "VTE_VERSION" in environ
        or environ.get("TERMINAL_EMULATOR") == "JetBrains-JediTerm"
    )


def erases_with_background(environ: Mapping[str, str]) -> bool:
    """Return terminfo's `bce`. GNU screen erases to the terminal's default background."""
    return multiplexer(environ) is not Multiplexer.SCREEN


def supports_links(environ: Mapping[str, str]) -> bool:
    """Return whether OSC 8 may be sent. Most terminals show or ignore it, but some print it."""
    return environ.get("TERM", "") not in {"linux", "vt100", "vt220", "ansi"} and not (
        is_plain(environ) or multiplexer(environ) is Multiplexer.SCREEN
    )
