"""`rolecall credentials`: the keys in ~/.aws/credentials."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial

import click

from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.options import dry_run_option, no_lock_option, yes_option
from rolecall.cli.support.output import echo
from rolecall.cli.support.write import Writing, write_change
from rolecall.domain.time_left import TimeLeft
from rolecall.presentation import times
from rolecall.presentation.differences import difference
from rolecall.presentation.paths import credentials_file
from rolecall.presentation.texts import credential_strings
from rolecall.presentation.texts.command_line import command_help
from rolecall.services.services import Services


@click.group(help=command_help.CREDENTIALS)
def credentials() -> None:
    pass


@credentials.command(help=command_help.CREDENTIALS_CLEAN)
@dry_run_option
@yes_option
@no_lock_option
def clean(dry_run: bool, yes: bool) -> None:
    now = datetime.now(UTC)
    with exit_on_error():
        service = Services(os.environ, lambda: now).stored_credentials
        expired_keys = service.expired()
        if not expired_keys:
            echo(credential_strings.NONE_EXPIRED.format(path=credentials_file()))
            return
        for keys in expired_keys:
            assert keys.expires_at is not None
            expired = times.time_left(TimeLeft.until(keys.expires_at, now))
            echo(credential_strings.EXPIRED.format(name=keys.name, expired=expired))
        change = service.plan_clean(expired_keys)
        writing = Writing(
            partial(service.commit, change),
            difference(change),
            question=credential_strings.CONFIRM_CLEAN.format(path=credentials_file()),
            done=credential_strings.CLEANED(len(expired_keys)),
        )
        write_change(writing, dry_run=dry_run, yes=yes)
