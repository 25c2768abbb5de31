"""`rolecall credentials`: the keys in ~/.aws/credentials."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from rolecall.cli.support.errors import failing
from rolecall.cli.support.table import print_diff
from rolecall.domain.time_left import TimeLeft
from rolecall.presentation import credential_strings, times
from rolecall.presentation.paths import credentials_file
from rolecall.services.stored_credentials import StoredCredentialsService


@click.group()
def credentials() -> None:
    """Manage the keys in ~/.aws/credentials."""


@credentials.command()
@click.option("--dry-run", is_flag=True, help="Show the difference; write nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.pass_context
def clean(context: click.Context, dry_run: bool, yes: bool) -> None:
    """Take the short-term keys that have ended out of ~/.aws/credentials.

    Shows the difference first, and asks. Keys that say nothing of their end stay, and so does what
    else stands under their names. `rolecall undo` takes it back.
    """
    now = datetime.now(UTC)
    with failing():
        service = StoredCredentialsService.from_environment(os.environ, lambda: now)
        dead = service.expired()
        if not dead:
            click.echo(credential_strings.NONE_EXPIRED.format(path=credentials_file()))
            return
        for keys in dead:
            assert keys.expires_at is not None
            ended = times.time_left(TimeLeft.until(keys.expires_at, now))
            click.echo(credential_strings.EXPIRED.format(name=keys.name, expired=ended))
        change = service.plan_clean(dead)
        print_diff(change.diff())
        if dry_run:
            return
    question = credential_strings.CONFIRM_CLEAN.format(path=credentials_file())
    if not yes and not click.confirm(question, err=True):
        context.exit(1)
    with failing():
        service.commit(change)
    click.echo(credential_strings.cleaned(len(dead)))
