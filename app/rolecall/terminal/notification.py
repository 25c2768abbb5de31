"""Notifications outside rolecall's screen: on the desktop, by the terminal, in tmux.

The terminal does not say whether it has shown one.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from rolecall.domain.text import safe
from rolecall.terminal import capabilities
from rolecall.terminal.capabilities import Multiplexer
from rolecall.terminal.wrapped import for_screen, for_tmux

_TITLE: Final = "rolecall"
_TIMEOUT: Final = 10.0  # seconds for a program
_SHOWN_FOR: Final = "15000"  # milliseconds, in tmux
# Terminals that know OSC 777, which comes from rxvt-unicode, but not OSC 9.
_OSC_777: Final = re.compile(r"rxvt")


class CommandFailed(Exception):
    """The user's command did not show the notification; the text says why, or is empty."""


def notify(text: str, environ: Mapping[str, str], command: str = "") -> str:
    """Show a notification. Returns the sequence to write to the terminal for it.

    `command` is the user's own: it gets the text as its last argument, and nothing else is done.
    Raises CommandFailed.
    """
    if command:
        _run_own([*shlex.split(command), safe(text)], environ)
        return ""
    if _on_desktop(text, environ):
        return ""
    if environ.get("TMUX"):
        _in_tmux(text, environ)
    return sequence(text, environ)


def sequence(text: str, environ: Mapping[str, str]) -> str:
    """Return what lets the terminal show a notification; empty if it might print it."""
    if re.match(r"linux|vt\d|cons|sun", environ.get("TERM", "")):
        return ""
    text = safe(text)
    is_777 = _OSC_777.search(environ.get("TERM", "")) or "VTE_VERSION" in environ
    plain = f"\x1b]777;notify;{_TITLE};{text}\x07" if is_777 else f"\x1b]9;{_TITLE}: {text}\x07"
    match capabilities.multiplexer(environ):
        case Multiplexer.TMUX:
            return for_tmux(plain)
        case Multiplexer.SCREEN:
            return for_screen(plain)
    return plain


def _on_desktop(text: str, environ: Mapping[str, str]) -> bool:
    """Show it on the desktop of this machine. Returns whether that worked."""
    has_desktop = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    if not has_desktop or capabilities.over_ssh(environ):
        return False
    path = shutil.which("notify-send", path=environ.get("PATH"))
    # A body may have markup, a summary has none.
    return path is not None and _runs([path, f"--app-name={_TITLE}", "--", safe(text)], environ)


def _in_tmux(text: str, environ: Mapping[str, str]) -> None:
    """Show it in the status line of every client. tmux expands formats and dates in it."""
    literal = f"{_TITLE}: {safe(text)}".replace("#", "##").replace("%", "%%")
    clients = ["tmux", "list-clients", "-F", "#{client_name}"]
    with suppress(OSError, subprocess.SubprocessError):
        found = subprocess.run(
            clients, env=dict(environ), capture_output=True, timeout=_TIMEOUT, check=True
        )
        for client in found.stdout.decode(errors="replace").split():
            show = ["tmux", "display-message", "-c", client]
            if not _runs([*show, "-d", _SHOWN_FOR, literal], environ):
                _runs([*show, literal], environ)  # tmux before 3.2


def _runs(command: Sequence[str], environ: Mapping[str, str]) -> bool:
    try:
        return _status(command, environ) == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _run_own(command: Sequence[str], environ: Mapping[str, str]) -> None:
    try:
        status = _status(command, environ)
    except OSError as error:
        raise CommandFailed(error.strerror or "") from None
    except subprocess.SubprocessError:
        raise CommandFailed("") from None
    if status:
        raise CommandFailed(str(status))


def _status(command: Sequence[str], environ: Mapping[str, str]) -> int:
    return subprocess.run(
        command,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=_TIMEOUT,
        check=False,
        start_new_session=True,
    ).returncode
