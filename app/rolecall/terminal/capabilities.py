"""The terminal: what it can do, and the driver that draws on it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Final

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
    """Keys come from stdin and the screen goes to stderr, so that stdout can be captured."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return Unsupported.NO_TERMINAL
    if environ.get("TERM", "") in {"", "dumb", "unknown"}:
        return Unsupported.DUMB
    columns, rows = size()
    if columns < smallest[0] or rows < smallest[1]:
        return Unsupported.TOO_SMALL
    return None


def size() -> tuple[int, int]:
    """Columns and rows of the terminal behind stderr; 80×24 where it does not say."""
    try:
        columns, rows = os.get_terminal_size(sys.__stderr__.fileno() if sys.__stderr__ else 2)
    except (OSError, ValueError):
        columns, rows = 0, 0
    return columns or 80, rows or 24


def says_no_size() -> bool:
    """As in some containers, whose terminal is 0×0."""
    try:
        return 0 in os.get_terminal_size(sys.__stderr__.fileno() if sys.__stderr__ else 2)
    except (OSError, ValueError):
        return False


def colours(environ: Mapping[str, str]) -> int:
    """How many colours there are: 2**24, 256, 16, 8, or 0 where none are wanted (NO_COLOR)."""
    if environ.get("NO_COLOR"):
        return 0
    if environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return 2**24
    if system := environ.get("TEXTUAL_COLOR_SYSTEM"):
        return {"standard": 16, "truecolor": 2**24}.get(system, 256)
    term = environ.get("TERM", "")
    # tmux calls itself `screen` unless told otherwise, and brings 256 down to what is around it.
    if environ.get("TMUX") or any(
        name in term for name in ("256color", "kitty", "direct", "ghostty")
    ):
        return 256
    return 8 if term in {"linux", "ansi", "screen", "cygwin"} or term.startswith("vt") else 16


def few_colours(environ: Mapping[str, str]) -> bool:
    """Whether the terminal's own palette is the better choice: 16 colours or fewer, or NO_COLOR."""
    return colours(environ) <= 16


class Glyphs(Enum):
    """Which signs there are beside letters: all, those of the Linux console's fonts, or none."""

    ALL = "all"
    CONSOLE = "console"
    ASCII = "ascii"


def as_found(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Without the LC_CTYPE that Python gives itself under LANG=C (PEP 538)."""
    try:
        found = Path("/proc/self/environ").read_bytes().split(b"\0")
    except OSError:
        return environ
    if any(variable.startswith(b"LC_CTYPE=") for variable in found):
        return environ
    return {name: value for name, value in environ.items() if name != "LC_CTYPE"}


def glyphs(environ: Mapping[str, str]) -> Glyphs:
    """By what the locale says (POSIX: LC_ALL, LC_CTYPE, LANG); saying nothing it is UTF-8."""
    locale = next(filter(None, map(environ.get, ("LC_ALL", "LC_CTYPE", "LANG"))), "")
    if locale and "utf" not in locale.lower():
        return Glyphs.ASCII
    return Glyphs.CONSOLE if environ.get("TERM") == "linux" else Glyphs.ALL


def light_background(environ: Mapping[str, str]) -> bool:
    """What COLORFGBG says, which rxvt, Konsole and others set: `15;0` is light on dark."""
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return background in {"7", "15"}


def has_title(environ: Mapping[str, str]) -> bool:
    """Whether a title can be set and the old one put back: not on a console, nor in GNU screen."""
    if multiplexer(environ) is Multiplexer.SCREEN:
        return False
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
    tmux, screen = bool(environ.get("TMUX")), bool(environ.get("STY"))
    if tmux and screen:  # one in the other: the inner one hears us
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
    """The names of the process and of those that it descends from, the nearest first; by itself
    those of this process.
    """
    names: list[str] = []
    pid = pid or os.getppid()
    with suppress(OSError, ValueError):  # no /proc, or a process that has just ended
        while pid > 1:
            before, _, after = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
            names.append(before.partition("(")[2])
            pid = int(after.split()[1])
    return names


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
