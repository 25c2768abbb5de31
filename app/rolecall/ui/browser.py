"""A browser, where there is one to open: never over SSH, never one that takes the terminal."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress

from rolecall.ui import strings, terminal

_OPENERS = ("wslview", "explorer.exe", "xdg-open", "gio")


def opener(environ: Mapping[str, str]) -> list[str] | None:
    """The command that opens a link: $BROWSER, else the platform's; None where there is none."""
    if not terminal.opens_here(environ):
        return None
    if browser := environ.get("BROWSER", "").partition(":")[0].replace("%s", "").strip():
        with suppress(ValueError):  # a quote that is never closed
            return shlex.split(browser)
    if sys.platform == "darwin":
        return ["open"]
    if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY") or environ.get("WSL_DISTRO_NAME"):
        for name in _OPENERS:
            if path := shutil.which(name):
                return [path, "open"] if name == "gio" else [path]
    return None


def why_not(environ: Mapping[str, str]) -> str:
    """Why no browser can be opened here; nothing where one can."""
    if terminal.over_ssh(environ):
        return strings.BROWSER_SSH
    return "" if opener(environ) else strings.BROWSER_NONE


def open_here(environ: Mapping[str, str], url: str, instead: str = "") -> str:
    """Opens the link where there is a browser, and says in a sentence what came of it; where
    nothing did, what to do `instead`.
    """
    reason = why_not(environ)
    try:
        if not reason and (command := opener(environ)):
            _open_link(command, url)
            return strings.BROWSER_OPENED
    except OSError:
        reason = strings.BROWSER_NONE
    return f"{reason} {instead}".strip()


def _open_link(command: list[str], url: str) -> None:
    """Starts the browser and lets it go. Raises OSError where it does not start."""
    subprocess.Popen(
        [*command, url],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
