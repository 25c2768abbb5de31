"""`rolecall completion SHELL`: print the completion alone, without `awsp`."""

from __future__ import annotations

import click

from rolecall.cli.support import shell_scripts
from rolecall.cli.support.output import write_value
from rolecall.domain.shells import AWSP, Shell
from rolecall.presentation.texts import command_help


@click.command(help=command_help.COMPLETION)
@click.argument("shell", type=click.Choice([shell.value for shell in Shell]))
def completion(shell: str) -> None:
    write_value(shell_scripts.completion_script(Shell(shell), AWSP))
