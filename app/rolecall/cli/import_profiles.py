"""`rolecall import`: profiles of other programs become profiles of a session."""

from __future__ import annotations

import os
from functools import partial

import click

from rolecall.cli.inventory.inventory_query import session_or_current
from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.options import (
    dry_run_option,
    no_lock_option,
    sso_session_option,
    yes_option,
)
from rolecall.cli.support.output import echo
from rolecall.cli.support.write import Writing, write_change
from rolecall.presentation.differences import difference
from rolecall.presentation.paths import config_file
from rolecall.presentation.texts import profile_strings as words
from rolecall.presentation.texts.command_line import command_help
from rolecall.services.profiles import imports
from rolecall.services.services import Services


@click.command("import", help=command_help.IMPORT)
@sso_session_option
@dry_run_option
@yes_option
@no_lock_option
def import_(*, sso_session: str | None, dry_run: bool, yes: bool) -> None:
    with exit_on_error():
        services = Services(os.environ)
        found = imports.found_in(services.profiles.profiles())
        if not found:
            echo(words.NOTHING_TO_IMPORT.format(path=config_file()))
            return
        others = None
        if not all(each.start_url for each in found):
            others = session_or_current(services, sso_session, {})
        sessions = [each for each in services.sign_in.sessions() if each.name is not None]
        planned = imports.plan(services.profiles, found, sessions, others)
        for address in dict.fromkeys(each.start_url for each in planned.left):
            echo(words.IMPORT_NEEDS_SESSION.format(address=address), err=True)
        if planned.profiles:
            writing = Writing(
                partial(services.profiles.commit, planned.change),
                difference(planned.change),
                question=words.CONFIRM_IMPORT.format(path=config_file()),
                done=words.IMPORTED(len(planned.profiles)),
            )
            write_change(writing, dry_run=dry_run, yes=yes)
    if planned.left:
        raise click.exceptions.Exit(1)
