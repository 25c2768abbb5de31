"""`rolecall tokens` with its help. Most calls start through `start/fast_path.py` instead."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from rolecall.cli.support.options import sso_session_option
from rolecall.cli.token_report import print_tokens
from rolecall.presentation.texts import command_help


@click.command(help=command_help.TOKENS)
@click.option("--json", "as_json", is_flag=True, help=command_help.JSON_ARRAY)
@sso_session_option
@click.pass_context
def tokens(context: click.Context, *, as_json: bool, sso_session: str | None) -> None:
    context.exit(print_tokens(sso_session, as_json=as_json, now=datetime.now(UTC)))
