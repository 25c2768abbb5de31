"""`rolecall init SHELL`: print the script that defines `awsp`, or write it to a start-up file.

`rolecall completion SHELL` prints the completion alone.
"""

from __future__ import annotations

import os
import re
from functools import partial
from typing import Final

import click

from rolecall.cli.support import shell_scripts
from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.options import dry_run_option, no_lock_option, yes_option
from rolecall.cli.support.output import echo, write_value
from rolecall.cli.support.write import Writing, write_change
from rolecall.domain.shells import AWSP, Shell
from rolecall.presentation.differences import difference
from rolecall.presentation.texts import shell_strings, switch_strings
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.services.switching.shell_setup import ShellSetup

_NAME: Final = re.compile("[A-Za-z_][A-Za-z0-9_-]*")


def _command_name(_: click.Context, __: click.Parameter, name: str) -> str:
    if not _NAME.fullmatch(name) or name == "rolecall":
        raise click.BadParameter(switch_strings.COMMAND_NAME_INVALID)
    return name


@click.command(help=command_help.INIT)
@click.argument("shell", type=click.Choice([shell.value for shell in Shell]))
@click.option("--cmd", default=AWSP, callback=_command_name, help=option_help.INIT_CMD)
@click.option("--hook", is_flag=True, help=option_help.INIT_HOOK)
@click.option("--install", is_flag=True, help=option_help.INIT_INSTALL)
@dry_run_option
@yes_option
@no_lock_option
def init(*, shell: str, cmd: str, hook: bool, install: bool, dry_run: bool, yes: bool) -> None:
    record = Shell(shell).record
    if hook and not record.scripts.has_hook:
        raise click.UsageError(shell_strings.no_hook())
    if record.is_reserved(cmd):
        reason = shell_strings.COMMAND_NAME_RESERVED.format(name=cmd, shell=shell)
        raise click.BadParameter(reason, param_hint="'--cmd'")
    if not install:
        write_value(shell_scripts.script(Shell(shell), cmd, hook=hook))
    elif isinstance(record.start_up, str):
        raise click.UsageError(shell_strings.not_written(Shell(shell)))
    else:
        text = shell_scripts.for_startup_file(Shell(shell), cmd, hook=hook)
        _install(Shell(shell), text, cmd, hook=hook, dry_run=dry_run, yes=yes)


@click.command(help=command_help.COMPLETION)
@click.argument("shell", type=click.Choice([shell.value for shell in Shell]))
def completion(shell: str) -> None:
    write_value(shell_scripts.completion_script(Shell(shell), AWSP))


def _install(
    shell: Shell, text: str, command: str, *, hook: bool, dry_run: bool, yes: bool
) -> None:
    with exit_on_error():
        setup = ShellSetup.of(shell, os.environ, command, hook=hook)
        change = setup.plan(text)
        if change is None:
            echo(shell_strings.already(setup))
            return
        writing = Writing(
            partial(setup.commit, change),
            difference(change),
            question=shell_strings.CONFIRM,
            done=shell_strings.installed(setup, command),
        )
        write_change(writing, dry_run=dry_run, yes=yes)
