"""`rolecall man`: show the man page, also where it is not installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from rolecall.cli.support import signals
from rolecall.cli.support.man_page import man_page
from rolecall.cli.support.output import echo, write_value
from rolecall.domain.process import core_dumps
from rolecall.presentation.texts import command_help, program_strings


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
