"""`rolecall undo`: undo the last change to an AWS file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial

import click

from rolecall.cli.support.display import paged
from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.options import dry_run_option, no_lock_option, yes_option
from rolecall.cli.support.output import echo, write_json
from rolecall.cli.support.write import Writing, write_change
from rolecall.domain.config.file_change import Backup
from rolecall.domain.text import safe
from rolecall.domain.timestamps import write_time
from rolecall.presentation.differences import difference
from rolecall.presentation.texts import file_strings
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.services.base.leftovers import delete_leftovers
from rolecall.services.services import Services


@click.command(help=command_help.UNDO)
@click.option("--list", "list_only", is_flag=True, help=option_help.UNDO_LIST)
@click.option("--json", "as_json", is_flag=True, help=option_help.UNDO_JSON)
@dry_run_option
@yes_option
@no_lock_option
@click.pass_context
def undo(
    context: click.Context, *, list_only: bool, as_json: bool, dry_run: bool, yes: bool
) -> None:
    if as_json and not list_only:
        raise click.UsageError(file_strings.JSON_NEEDS_LIST)
    with exit_on_error():
        services = Services(os.environ)
        delete_leftovers(services.locations)
        service = services.undo
        if list_only:
            _list(service.writes(), as_json=as_json)
            return
        planned = service.plan()
        if planned is None:
            echo(file_strings.NOTHING_TO_UNDO, err=True)
            context.exit(1)
        path, deletes = safe(str(planned.backup.path)), planned.change.deletes
        heading, done = _line(planned.backup), file_strings.UNDONE
        if deletes:
            heading = f"{heading}\n{file_strings.UNDO_DELETES.format(path=path)}"
            done = file_strings.UNDONE_DELETED
        writing = Writing(
            partial(service.write_undo, planned),
            difference(planned.change),
            heading,
            file_strings.CONFIRM_UNDO,
            done.format(path=path),
        )
        write_change(writing, dry_run=dry_run, yes=yes)


def _list(writes: Sequence[Backup], *, as_json: bool) -> None:
    if as_json:
        write_json([_object(each) for each in writes])
        return
    with paged():
        for backup in writes:
            echo(_line(backup))
    if not writes:
        echo(file_strings.NOTHING_WRITTEN, err=True)


def _object(backup: Backup) -> dict[str, object]:
    return {
        "time": write_time(backup.when),
        "file": str(backup.path),
        "change": backup.summary,
        "is_undo": backup.is_undo,
        "undone": backup.is_undone,
    }


def _line(backup: Backup) -> str:
    note = f"  {file_strings.WAS_UNDONE}" if backup.is_undone else ""
    when = backup.when.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return f"{when}  {safe(str(backup.path))}  {file_strings.done(safe(backup.summary))}{note}"
