"""`rolecall prompt` with its help. Most calls start through `start/fast_path.py` instead."""

from __future__ import annotations

import click

from rolecall.cli.prompt_line import check_directory, print_prompt
from rolecall.presentation.texts import command_help


@click.command(help=command_help.PROMPT)
@click.option("--format", "template", metavar="TEMPLATE", help=command_help.PROMPT_FORMAT)
@click.option("--check", is_flag=True, help=command_help.PROMPT_CHECK)
@click.pass_context
def prompt(context: click.Context, *, template: str | None, check: bool) -> None:
    context.exit(check_directory() if check else print_prompt(template))
