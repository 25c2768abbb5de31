"""`rolecall pin` writes which account a directory belongs to, and `rolecall trust` trusts that."""

from __future__ import annotations

import os
from functools import partial

import click

from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.options import dry_run_option, takes_profile, yes_option
from rolecall.cli.support.output import RED, coloured
from rolecall.cli.support.write import Writing, write_change
from rolecall.domain.switching.pin import PinMistake, PinProblem
from rolecall.domain.text import safe
from rolecall.presentation.differences import difference
from rolecall.presentation.paths import config_file
from rolecall.presentation.texts import switch_strings
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.presentation.texts.errors.error_strings import PIN_PROBLEMS
from rolecall.services.switching.pins import Pins, pin_of
from rolecall.services.switching.switching import Switching


@click.command(help=command_help.PIN)
@takes_profile(envvar="AWS_PROFILE")
@dry_run_option
@yes_option
def pin(*, profile: str | None, dry_run: bool, yes: bool) -> None:
    if not profile:
        raise click.UsageError(switch_strings.NO_PROFILE)
    with exit_on_error():
        switching = Switching(os.environ)
        target = switching.target(profile)
        if target is None:
            text = switch_strings.PIN_WITHOUT_PROFILE.format(profile=profile, path=config_file())
            raise click.ClickException(text)
        try:
            found = pin_of(target, switching.role_arns().get(profile, ""))
        except PinMistake as mistake:
            text = switch_strings.NO_ROLE.format(profile=profile)
            if mistake.problem is PinProblem.BAD_VALUE:
                problem = PIN_PROBLEMS[mistake.problem].format(subject=mistake.subject)
                text = f"{profile}: {problem}"
            raise click.ClickException(text) from None
        pins = Pins(os.environ)
        change = pins.plan(found)
        path = safe(str(change.path))
        commit = partial(pins.commit, change)
        writing = Writing(commit, done=switch_strings.ALREADY.format(path=path))
        if not change.is_empty:
            writing = Writing(
                commit,
                difference(change),
                question=switch_strings.CONFIRM,
                done=switch_strings.WRITTEN.format(path=path),
            )
        write_change(writing, dry_run=dry_run, yes=yes)


@click.command(help=command_help.TRUST)
@click.option("--revoke", is_flag=True, help=option_help.TRUST_REVOKE)
@yes_option
def trust(*, revoke: bool, yes: bool) -> None:
    with exit_on_error():
        pins = Pins(os.environ)
        if revoke:
            file = pins.found()
            done = switch_strings.PIN_REVOKED.format(path=safe(file.path))
            write_change(Writing(partial(pins.distrust, file), done=done))
            return
        file = pins.file()
        found = pins.read(file)
        switching = Switching(os.environ)
        is_production = switching.production_of_many().is_production(found.account_id)
        name = switching.account_name(found.account_id)
        account = switch_strings.account_of(found, name, production=is_production)
        about = switch_strings.TRUST_ACCOUNT.format(account=account)
        if is_production:
            about = coloured(about, RED)
        text = f"{found.text()}{about}"
        done = switch_strings.PIN_TRUSTED.format(path=safe(file.path))
        writing = Writing(
            partial(pins.trust, file),
            heading=text,
            question=switch_strings.CONFIRM_TRUST,
            done=done,
            may_go_unasked=True,
        )
        write_change(writing, yes=yes)
