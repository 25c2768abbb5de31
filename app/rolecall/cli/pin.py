"""`rolecall pin`: write which account a directory belongs to."""

from __future__ import annotations

import os

import click

from rolecall.cli.support.confirm import confirmed
from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.options import dry_run_option, takes_profile, yes_option
from rolecall.cli.support.output import echo
from rolecall.cli.support.table import print_diff
from rolecall.domain.pin import PinMistake, PinProblem
from rolecall.domain.text import safe
from rolecall.presentation import command_help, labels, pin_strings
from rolecall.presentation.error_strings import PIN_PROBLEMS
from rolecall.presentation.paths import config_file
from rolecall.services.pins import Pins, pin_of
from rolecall.services.switching import Switching


@click.command(help=command_help.PIN)
@takes_profile(envvar="AWS_PROFILE")
@dry_run_option
@yes_option
@click.pass_context
def pin(context: click.Context, *, profile: str | None, dry_run: bool, yes: bool) -> None:
    if not profile:
        raise click.UsageError(pin_strings.NO_PROFILE)
    with exit_on_error():
        switching = Switching(os.environ)
        target = switching.target(profile)
        if target is None:
            text = pin_strings.NO_SUCH_PROFILE.format(profile=profile, path=config_file())
            raise click.ClickException(text)
        try:
            found = pin_of(target, switching.role_arns().get(profile, ""))
        except PinMistake as mistake:
            text = pin_strings.NO_ROLE.format(profile=profile)
            if mistake.problem is PinProblem.BAD_VALUE:
                problem = PIN_PROBLEMS[mistake.problem].format(subject=mistake.subject)
                text = f"{profile}: {problem}"
            raise click.ClickException(text) from None
        pins = Pins(os.environ)
        change = pins.plan(found)
        path = safe(str(change.path))
        if not change.is_empty:
            echo(labels.WILL_CHANGE.format(path=path))
            print_diff(change.diff())
        if dry_run:
            return
        if not (change.is_empty or yes or confirmed(pin_strings.CONFIRM)):
            context.exit(1)
        pins.commit(change)
    echo((pin_strings.ALREADY if change.is_empty else pin_strings.WRITTEN).format(path=path))
