"""`rolecall team`: take over what a team shares, update it, remove it, and make a file of it."""

from __future__ import annotations

import os

import click

from rolecall.cli.support.confirm import confirmed
from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.options import dry_run_option, yes_option
from rolecall.cli.support.output import echo, write
from rolecall.cli.support.table import print_diff
from rolecall.domain.text import safe
from rolecall.presentation import command_help, team_strings
from rolecall.presentation.paths import config_file
from rolecall.services.services import Services
from rolecall.services.team import TeamPlan, TeamService


@click.group(help=command_help.TEAM)
def team() -> None:
    pass


@team.command(help=command_help.TEAM_ADD)
@click.argument("location")
@dry_run_option
@yes_option
@click.pass_context
def add(context: click.Context, *, location: str, dry_run: bool, yes: bool) -> None:
    with exit_on_error():
        service = _service()
        _take_over(context, service, service.plan(location), dry_run=dry_run, yes=yes)


@team.command(help=command_help.TEAM_UPDATE)
@dry_run_option
@yes_option
@click.pass_context
def update(context: click.Context, *, dry_run: bool, yes: bool) -> None:
    with exit_on_error():
        service = _service()
        _take_over(context, service, service.plan_update(), dry_run=dry_run, yes=yes)


@team.command(help=command_help.TEAM_REMOVE)
@dry_run_option
@yes_option
@click.pass_context
def remove(context: click.Context, *, dry_run: bool, yes: bool) -> None:
    with exit_on_error():
        service = _service()
        plan = service.plan_removal()
        if _is_wanted(context, plan, team_strings.CONFIRM_REMOVE, dry_run=dry_run, yes=yes):
            service.commit(plan)
            echo(team_strings.REMOVED.format(config=config_file()))


@team.command(help=command_help.TEAM_EXPORT)
def export() -> None:
    with exit_on_error():
        write(_service().export())


def _service() -> TeamService:
    return Services(os.environ).team


def _take_over(
    context: click.Context,
    service: TeamService,
    plan: TeamPlan,
    *,
    dry_run: bool,
    yes: bool,
) -> None:
    location = plan.shown_location
    if plan.kept:
        names = safe(" ".join(plan.kept))
        echo(team_strings.KEPT.format(names=names, config=config_file()), err=True)
    if plan.is_empty:
        if not dry_run:
            service.commit(plan)
        echo(team_strings.UNCHANGED.format(location=location))
    elif _is_wanted(context, plan, team_strings.CONFIRM, dry_run=dry_run, yes=yes):
        service.commit(plan)
        echo(team_strings.ADDED.format(location=location))


def _is_wanted(
    context: click.Context, plan: TeamPlan, question: str, *, dry_run: bool, yes: bool
) -> bool:
    """Show the changes, and ask. Exits if the user does not want them."""
    print_diff(plan.diff())
    if dry_run or yes:
        return not dry_run
    if not confirmed(question):
        context.exit(1)
    return True
