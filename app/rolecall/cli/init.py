"""`rolecall init SHELL`: print the script that defines `awsp`. The scripts are in integration/."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Final

import click

from rolecall.cli.main import SUBCOMMANDS
from rolecall.cli.support.output import write_value
from rolecall.domain.shells import Shell, quote
from rolecall.presentation import command_help, switch_strings

_SCRIPTS: Final = {
    Shell.BASH: "bash.sh",
    Shell.ZSH: "zsh.zsh",
    Shell.FISH: "fish.fish",
    Shell.POWERSHELL: "pwsh.ps1",
    Shell.NU: "nu.nu",
    Shell.TCSH: "tcsh.csh",
}
_PROFILE_COMMANDS: Final = ("console", "credential-process", "exec", "export", "serve")
_SESSION_COMMANDS: Final = ("sign-in", "sign-out")
_SEPARATORS: Final = {Shell.FISH: " ", Shell.NU: " ", Shell.TCSH: ","}  # of names in a list
_NAME: Final = re.compile("[A-Za-z_][A-Za-z0-9_-]*")


def _command_name(_: click.Context, __: click.Parameter, name: str) -> str:
    if not _NAME.fullmatch(name) or name == "rolecall":
        raise click.BadParameter(switch_strings.COMMAND_NAME_INVALID)
    return name


@click.command(help=command_help.INIT)
@click.argument("shell", type=click.Choice([shell.value for shell in _SCRIPTS]))
@click.option("--cmd", default="awsp", callback=_command_name, help=command_help.INIT_CMD)
def init(*, shell: str, cmd: str) -> None:
    write_value(script(Shell(shell), cmd))


def script(shell: Shell, command: str) -> str:
    """The script for a shell, with `command` instead of `awsp`."""
    text = (Path(__file__).parent / "integration" / _SCRIPTS[shell]).read_text(encoding="utf-8")
    separator = _SEPARATORS.get(shell, "|")
    program = _program(shell)
    for name, value in {
        "CMD": command,
        "ROLECALL": program,
        "ROLECALL_IN_QUOTES": quote(shell, program)[1:-1],
        "COMMANDS": " ".join(sorted(SUBCOMMANDS)),
        "PROFILE_COMMANDS": separator.join(_PROFILE_COMMANDS),
        "SESSION_COMMANDS": separator.join(_SESSION_COMMANDS),
        "SHELLS": " ".join(_SCRIPTS),
    }.items():
        text = text.replace(f"@{name}@", value)
    return text


def _program(shell: Shell) -> str:
    """The quoted absolute path of rolecall, so that no function, alias or PATH overrides it."""
    started = Path(sys.argv[0])
    found = str(started) if started.name == "rolecall" and os.sep in sys.argv[0] else None
    path = found or shutil.which("rolecall") or "rolecall"
    return quote(shell, os.path.abspath(path) if os.sep in path else path)  # noqa: PTH100
