"""Where rolecall runs, found from its variables, its terminal and its machine."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Final

from rolecall.terminal import capabilities
from rolecall.terminal.capabilities import Multiplexer

_CONTAINER_SIGNS: Final = (Path("/.dockerenv"), Path("/run/.containerenv"))


class Trait(Enum):
    """A property of the environment that changes what works."""

    SSH = "ssh"
    MOSH = "mosh"
    TMUX = "tmux"
    SCREEN = "screen"
    WSL = "wsl"
    VS_CODE = "vs-code"
    JETBRAINS = "jetbrains"
    CLOUDSHELL = "cloudshell"
    CODESPACES = "codespaces"
    CONTAINER = "container"
    NO_SIZE = "no-size"
    LINUX_CONSOLE = "linux-console"
    ASCII = "ascii"
    NO_CLIPBOARD = "no-clipboard"
    PLAIN = "plain"
    NO_COLOUR = "no-colour"
    FEW_COLOURS = "few-colours"


def traits(environ: Mapping[str, str]) -> list[Trait]:
    """Return the traits of this environment, in the order of `Trait`."""
    has = environ.get
    multiplexer = capabilities.multiplexer(environ)
    found = {
        Trait.SSH: capabilities.over_ssh(environ),
        Trait.MOSH: _in_mosh(environ),
        Trait.TMUX: multiplexer is Multiplexer.TMUX,
        Trait.SCREEN: multiplexer is Multiplexer.SCREEN,
        Trait.WSL: bool(has("WSL_DISTRO_NAME")),
        Trait.VS_CODE: has("TERM_PROGRAM") == "vscode" or bool(has("VSCODE_IPC_HOOK_CLI")),
        Trait.JETBRAINS: has("TERMINAL_EMULATOR") == "JetBrains-JediTerm",
        Trait.CLOUDSHELL: has("AWS_EXECUTION_ENV") == "CloudShell",
        Trait.CODESPACES: has("CODESPACES") == "true",
        Trait.CONTAINER: bool(has("container")) or any(map(Path.exists, _CONTAINER_SIGNS)),
        Trait.NO_SIZE: capabilities.reports_no_size(),
        Trait.LINUX_CONSOLE: has("TERM") == "linux",
        Trait.ASCII: capabilities.glyphs(environ) is capabilities.Glyphs.ASCII,
        Trait.NO_CLIPBOARD: capabilities.has_no_clipboard(environ),
        Trait.PLAIN: capabilities.is_plain(environ),
        Trait.NO_COLOUR: capabilities.colours(environ) == 0 and not capabilities.is_plain(environ),
        Trait.FEW_COLOURS: bool(has("TERM")) and 0 < capabilities.colours(environ) <= 16,
    }
    return [trait for trait, is_there in found.items() if is_there]


def _in_mosh(environ: Mapping[str, str]) -> bool:
    """Return whether a parent is mosh's server. In tmux, the parents of its client count."""
    pid = 0
    if environ.get("TMUX"):
        ask = ["tmux", "display-message", "-p", "#{client_pid}"]
        with suppress(OSError, ValueError, subprocess.SubprocessError):
            result = subprocess.run(
                ask, env=dict(environ), capture_output=True, check=True, timeout=1
            )
            pid = int(result.stdout)
    return "mosh-server" in capabilities.ancestors(pid)
