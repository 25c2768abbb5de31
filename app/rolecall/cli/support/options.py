"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from rolecall.presentation import command_help

# Parameter names are those of the commands' functions.
profile_argument = click.argument("profile", envvar="AWS_PROFILE")
command_argument = click.argument("command", nargs=-1, type=click.UNPROCESSED)
query_argument = click.argument("query", nargs=-1)
sso_session_option = click.option("--sso-session", metavar="NAME", help=command_help.SSO_SESSION)
refresh_option = click.option("--refresh", is_flag=True, help=command_help.REFRESH)
dry_run_option = click.option("--dry-run", is_flag=True, help=command_help.DRY_RUN)
yes_option = click.option("--yes", "-y", is_flag=True, help=command_help.YES)


def format_option(
    choices: list[str], default: str, text: str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--format`, passed to the function as `output_format`."""
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(choices),
        default=default,
        show_default=True,
        help=text,
    )
