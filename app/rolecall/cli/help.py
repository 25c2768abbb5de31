"""`rolecall help`: the same as `--help`."""

from __future__ import annotations

import click

from rolecall.cli.support.completion import COMMANDS
from rolecall.cli.support.output import echo
from rolecall.cli.support.pager import paged
from rolecall.domain.text import safe
from rolecall.presentation.texts import command_help, program_strings


@click.command("help", help=command_help.HELP)
@click.argument("commands", metavar="[COMMAND]...", nargs=-1, shell_complete=COMMANDS)
@click.pass_context
def help_(context: click.Context, commands: tuple[str, ...]) -> None:
    assert context.parent is not None
    found: click.Context = context.parent
    for name in commands:
        group = found.command
        if not isinstance(group, click.Group):
            found.fail(program_strings.no_such_command(safe(name), ""))
        _, command, _ = group.resolve_command(found, [name])
        assert command is not None
        found = click.Context(command, info_name=name, parent=found)
    with paged():
        echo(found.get_help())
