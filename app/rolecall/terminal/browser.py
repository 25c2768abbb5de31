"""Opens links in a browser that the user sees, and never one that takes the terminal."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from enum import Enum

from rolecall.domain.link import Link
from rolecall.domain.process import core_dumps
from rolecall.terminal import capabilities

_OPENERS = ("wslview", "explorer.exe", "xdg-open", "gio")


class OpenResult(Enum):
    """The result of opening a link. `presentation.sign_in_strings` has the sentences."""

    OPENED = "opened"
    OVER_SSH = "over-ssh"
    NO_BROWSER = "no-browser"


def opener(environ: Mapping[str, str]) -> list[str] | None:
    """Return the command that opens a link: $BROWSER, else the platform's; None without one.

    Over SSH only $BROWSER is used: VS Code and others set it to a program that opens links on the
    user's own machine.
    """
    if browser := environ.get("BROWSER", "").partition(":")[0].replace("%s", "").strip():
        with suppress(ValueError):  # a quote that is never closed
            return shlex.split(browser)
    if capabilities.over_ssh(environ):
        return None
    if sys.platform == "darwin":
        return ["open"]
    if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY") or environ.get("WSL_DISTRO_NAME"):
        for name in _OPENERS:
            if path := shutil.which(name):
                return [path, "open"] if name == "gio" else [path]
    return None


def is_elsewhere(environ: Mapping[str, str]) -> bool:
    """Return whether the browser may be on another machine: over SSH, in VS Code's remote windows
    and containers, and in Codespaces.
    """
    return capabilities.over_ssh(environ) or "VSCODE_IPC_HOOK_CLI" in environ


def open_link(environ: Mapping[str, str], link: Link) -> OpenResult:
    """Open the link if it is safe and the user would see the browser, and return the result."""
    command = opener(environ)
    if command and link.url:
        try:
            _start(command, link.url)
        except OSError:
            return OpenResult.NO_BROWSER
        return OpenResult.OPENED
    is_remote = command is None and capabilities.over_ssh(environ)
    return OpenResult.OVER_SSH if is_remote else OpenResult.NO_BROWSER


def _start(command: list[str], url: str) -> None:
    """Start the browser. The URL cannot be read as an option: it begins with `http`."""
    with core_dumps.allowed():
        subprocess.Popen(
            [*command, url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
