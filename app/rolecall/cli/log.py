"""`rolecall log`: what was handed out on this machine."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from rolecall.cli.support.display import paged, print_columns
from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.options import query_argument
from rolecall.cli.support.output import echo, write_json
from rolecall.cli.support.settings import say_why
from rolecall.domain.log.hand_out import HandOut
from rolecall.domain.text import safe
from rolecall.presentation import labels
from rolecall.presentation.texts import inventory_strings, log_strings
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.services.base.settings import SettingsService
from rolecall.services.log.hand_outs import HandOuts
from rolecall.services.switching.switching import Switching

_COLUMNS = {
    "time": log_strings.WHEN,
    "kind": labels.WHAT,
    "account": labels.ACCOUNT,
    "account_id": labels.ACCOUNT_ID,
    "role": labels.ROLE,
    "access_key_id": log_strings.ACCESS_KEY_ID,
    "profile": labels.PROFILE,
    "rights": log_strings.RIGHTS,
    "minutes": log_strings.MINUTES,
    "command": log_strings.COMMAND,
    "reason": log_strings.REASON,
}


@click.command(help=command_help.LOG)
@query_argument
@click.option("--json", "as_json", is_flag=True, help=option_help.JSON_ARRAY)
@click.pass_context
def log(context: click.Context, query: tuple[str, ...], as_json: bool) -> None:
    with exit_on_error():
        log_of_user = HandOuts(os.environ)
        found = log_of_user.found(query)
        problem = log_of_user.problem()
        is_production = Switching(os.environ).production_of_many().is_production
        production = [is_production(each.account_id, each.profile, each.account) for each in found]
    with paged():
        if as_json:
            write_json([_object(*each) for each in zip(found, production, strict=True)])
        elif found:
            _print(found, production)
    is_on, is_unread = log_of_user.is_on, problem is not None and not problem.is_readable
    if problem is not None and (is_on or is_unread):
        echo(log_strings.problem(problem), err=True)
    if not is_on:
        _say_why_off()
    elif not found and query and not is_unread:
        echo(inventory_strings.NOTHING_FOUND.format(query=safe(" ".join(query))), err=True)
    elif not found and problem is None:
        echo(log_strings.EMPTY, err=True)
    context.exit(int(is_unread))


def _say_why_off() -> None:
    settings = SettingsService.from_environment(os.environ)
    if (problem := settings.last.problem) and problem.is_of_file:
        say_why(str(settings.file.path), problem)
    else:
        echo(log_strings.OFF, err=True)


def _object(each: HandOut, production: bool) -> dict[str, str | int | None]:
    texts = {name: value or None for name, value in each._asdict().items()}
    minutes = int(each.minutes) if each.minutes.isdecimal() else None  # anyone can edit the file
    return {**texts, "minutes": minutes, "production": production}


def _print(found: Sequence[HandOut], production: Sequence[bool]) -> None:
    """Print a line for each, without the columns that are empty in all."""
    used = [name for name in _COLUMNS if any(getattr(each, name) for each in found)]
    rows = [[_COLUMNS[name] for name in used]]
    rows += [[_cell(each, name) for name in used] for each in found]
    if any(production):
        marks = [labels.PRODUCTION * each for each in production]
        for row, mark in zip(rows, (labels.PRODUCTION_COLUMN, *marks), strict=True):
            row.append(mark)
    print_columns(rows)


def _cell(entry: HandOut, name: str) -> str:
    return log_strings.shown_time(entry) if name == "time" else safe(getattr(entry, name))
