"""`rolecall team`: take over what a team shares, update it, remove it, and make a team file."""

from __future__ import annotations

import os
from functools import partial

import click

from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.options import dry_run_option, no_lock_option, yes_option
from rolecall.cli.support.output import echo, escape_toml, write
from rolecall.cli.support.write import Writing, write_change
from rolecall.domain.text import safe
from rolecall.presentation.differences import difference
from rolecall.presentation.paths import config_file
from rolecall.presentation.texts import team_strings
from rolecall.presentation.texts.command_line import command_help
from rolecall.services.services import Services
from rolecall.services.team.team import TeamPlan, TeamService


@click.group(help=command_help.TEAM)
def team() -> None:
    pass


@team.command(help=command_help.TEAM_ADD)
@click.argument("location")
@dry_run_option
@yes_option
@no_lock_option
def add(*, location: str, dry_run: bool, yes: bool) -> None:
    with exit_on_error():
        service = _service()
        _take_over(service, service.plan(location), dry_run=dry_run, yes=yes)


@team.command(help=command_help.TEAM_UPDATE)
@dry_run_option
@yes_option
@no_lock_option
def update(*, dry_run: bool, yes: bool) -> None:
    with exit_on_error():
        service = _service()
        _take_over(service, service.plan_update(), dry_run=dry_run, yes=yes)


@team.command(help=command_help.TEAM_REMOVE)
@dry_run_option
@yes_option
@no_lock_option
def remove(*, dry_run: bool, yes: bool) -> None:
    with exit_on_error():
        service = _service()
        plan = service.plan_removal()
        writing = Writing(
            partial(service.commit, plan),
            difference(plan.copy, plan.config),
            question=team_strings.CONFIRM_REMOVE,
            done=team_strings.REMOVED.format(config=config_file()),
        )
        write_change(writing, dry_run=dry_run, yes=yes)


@team.command(help=command_help.TEAM_EXPORT)
def export() -> None:
    with exit_on_error():
        write(escape_toml(_service().export()))


def _service() -> TeamService:
    return Services(os.environ).team


def _take_over(service: TeamService, plan: TeamPlan, *, dry_run: bool, yes: bool) -> None:
    location = plan.shown_location
    if plan.kept:
        names = safe(" ".join(plan.kept))
        echo(team_strings.KEPT.format(names=names, config=config_file()), err=True)
    commit = partial(service.commit, plan)
    unchanged = team_strings.UNCHANGED.format(location=location)
    if not plan.is_empty:
        done = team_strings.ADDED.format(location=location)
        shown = difference(plan.copy, plan.config)
        writing = Writing(commit, shown, question=team_strings.CONFIRM, done=done)
        write_change(writing, dry_run=dry_run, yes=yes)
    elif dry_run:
        echo(unchanged)
    else:
        write_change(Writing(commit, done=unchanged))
