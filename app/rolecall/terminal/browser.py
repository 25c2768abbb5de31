"""A browser, where there is one to open: never over SSH, never one that takes the terminal."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from enum import Enum

from rolecall.terminal import capabilities

_OPENERS = ("wslview", "explorer.exe", "xdg-open", "gio")


class Opening(Enum):
    """What came of opening a link; `presentation/browser_strings.py` has the sentences."""

    OPENED = "opened"
    OVER_SSH = "over-ssh"
    NO_BROWSER = "no-browser"


def opener(environ: Mapping[str, str]) -> list[str] | None:
    """The command that opens a link: $BROWSER, else the platform's; None where there is none."""
    if not capabilities.opens_here(environ):
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


def obstacle(environ: Mapping[str, str]) -> Opening | None:
    """Why no browser can be opened here; None if one can."""
    if capabilities.over_ssh(environ):
        return Opening.OVER_SSH
    return None if opener(environ) else Opening.NO_BROWSER


def open_link(environ: Mapping[str, str], url: str) -> Opening:
    """Opens the link if there is a browser here, and returns what came of it."""
    reason = obstacle(environ)
    try:
        if reason is None and (command := opener(environ)):
            _start(command, url)
            return Opening.OPENED
    except OSError:
        return Opening.NO_BROWSER
    return reason or Opening.NO_BROWSER


def _start(command: list[str], url: str) -> None:
    """Starts the browser and lets it go. Raises OSError where it does not start."""
    subprocess.Popen(
        [*command, url],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
