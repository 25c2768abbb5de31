"""`rolecall watch`: the time left of everything that expires, in a small pane."""

from __future__ import annotations

import click

from rolecall.cli.full_screen import full_screen
from rolecall.presentation import command_help


@click.command(help=command_help.WATCH)
@click.pass_context
def watch(context: click.Context) -> None:
    context.exit(full_screen(watch=True))
