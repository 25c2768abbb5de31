"""`rolecall help`, the same as `--help`, and `rolecall man`, which shows the man page."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from rolecall.cli.man_page import man_page
from rolecall.cli.support import signals
from rolecall.cli.support.display import paged
from rolecall.cli.support.options import COMMANDS
from rolecall.cli.support.output import echo, write, write_value
from rolecall.domain.process import core_dumps
from rolecall.domain.text import safe
from rolecall.presentation.texts import program_strings
from rolecall.presentation.texts.command_line import command_help


@click.command("help", help=command_help.HELP)
@click.argument("commands", metavar="[COMMAND]...", nargs=-1, shell_complete=COMMANDS)
@click.pass_context
def help_(context: click.Context, commands: tuple[str, ...]) -> None:
    assert context.parent is not None
    found: click.Context = context.parent
    if len(commands) == 1 and commands[0] in program_strings.REFERENCE:
        with paged():
            write(_reference(context, commands[0]))
        return
    for name in commands:
        group = found.command
        if not isinstance(group, click.Group):
            found.fail(program_strings.no_such_command(safe(name), ""))
        _, command, _ = group.resolve_command(found, [name])
        assert command is not None
        found = click.Context(command, info_name=name, parent=found)
    with paged():
        write(f"{found.get_help()}\n")


def _reference(context: click.Context, topic: str) -> str:
    """Return what a topic explains, as click prints options."""
    title, entries = program_strings.REFERENCE[topic]
    formatter = context.make_formatter()
    with formatter.section(title):
        formatter.write_dl(list(entries.items()))
    return formatter.getvalue()


@click.command(help=command_help.MAN)
@click.pass_context
def man(context: click.Context) -> None:
    if not sys.stdout.isatty():
        write_value(man_page())
        return
    program = shutil.which("man")
    if program is None:
        echo(program_strings.NO_MAN, err=True)
        context.exit(1)
    with TemporaryDirectory(prefix="rolecall-") as folder:
        page = Path(folder, "rolecall.1")
        page.write_text(man_page(), encoding="utf-8")
        with signals.left_to_program():
            with core_dumps.allowed():
                process = subprocess.Popen([program, page])
            status = process.wait()
        context.exit(status)
