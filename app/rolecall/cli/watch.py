"""`rolecall watch`: the time left of everything that expires, in a small pane."""

from __future__ import annotations

import click

from rolecall.cli.full_screen import full_screen
from rolecall.presentation.texts import command_help


@click.command(help=command_help.WATCH)
@click.option("--notify", is_flag=True, help=command_help.WATCH_NOTIFY)
@click.pass_context
def watch(context: click.Context, notify: bool) -> None:
    context.exit(full_screen(watch=True, notify=notify))
