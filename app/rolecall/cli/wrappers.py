"""`rolecall prompt`, `tokens` and `watch` with their help.

Most calls of the first two start through `start/fast_path.py` instead, without click.
"""

from __future__ import annotations

from datetime import UTC, datetime

import click

from rolecall.cli.full_screen import full_screen
from rolecall.cli.support.options import sso_session_option
from rolecall.cli.support.settings import use_plain
from rolecall.cli.switching.prompt_line import check_directory, print_prompt
from rolecall.cli.tokens import print_tokens
from rolecall.presentation.texts.command_line import command_help, option_help


@click.command(help=command_help.PROMPT)
@click.option("--format", "template", metavar="TEMPLATE", help=option_help.PROMPT_FORMAT)
@click.option("--check", is_flag=True, help=option_help.PROMPT_CHECK)
@click.pass_context
def prompt(context: click.Context, *, template: str | None, check: bool) -> None:
    context.exit(check_directory() if check else print_prompt(template))


@click.command(help=command_help.TOKENS)
@click.option("--json", "as_json", is_flag=True, help=option_help.JSON_ARRAY)
@sso_session_option
@click.pass_context
def tokens(context: click.Context, *, as_json: bool, sso_session: str | None) -> None:
    context.exit(print_tokens(sso_session, as_json=as_json, now=datetime.now(UTC)))


@click.command(help=command_help.WATCH)
@click.option("--notify", is_flag=True, help=option_help.WATCH_NOTIFY)
@click.pass_context
def watch(context: click.Context, notify: bool) -> None:
    if use_plain():
        from rolecall.cli.plain.watch import watch as watch_plainly

        watch_plainly(notify=notify)
    context.exit(full_screen(watch=True, notify=notify))
