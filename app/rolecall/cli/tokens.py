"""`rolecall tokens` and its help; as scripts spell it, it comes through `cli/fast_path.py`."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from rolecall.cli.token_report import tell


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.option("--sso-session", "name", metavar="NAME", help="This one alone.")
@click.pass_context
def tokens(context: click.Context, *, as_json: bool, name: str | None) -> None:
    """Tell what is left of each access token.

    And of the short-term keys in ~/.aws/credentials. Exit status 0 where the chosen session has a
    token that holds or renews itself, 1 where it has none, whatever the keys. Chosen is the session
    that is named, else that of AWS_PROFILE, else any. AWS is not asked.
    """
    context.exit(tell(name, as_json=as_json, now=datetime.now(UTC)))
