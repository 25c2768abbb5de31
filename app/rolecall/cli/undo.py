"""`rolecall undo`: take the last write back."""

from __future__ import annotations

import os

import click

from rolecall.cli.support.errors import failing
from rolecall.cli.support.table import print_diff
from rolecall.domain.backup import Backup
from rolecall.domain.text import safe
from rolecall.presentation import file_strings
from rolecall.services.undo import UndoService


@click.command()
@click.option("--list", "wants_list", is_flag=True, help="Show what rolecall has written.")
@click.option("--dry-run", is_flag=True, help="Show the difference; write nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.pass_context
def undo(context: click.Context, wants_list: bool, dry_run: bool, yes: bool) -> None:
    """Take back rolecall's last write to an AWS file.

    Shows the difference first, and asks. Refuses where the file has changed since.
    """
    with failing():
        service = UndoService.from_environment(os.environ)
        if wants_list:
            writes = service.writes()
            for backup in writes:
                click.echo(_line(backup))
            if not writes:
                click.echo(file_strings.NOTHING_WRITTEN, err=True)
            return
        planned = service.plan()
        if planned is None:
            click.echo(file_strings.NOTHING_TO_UNDO, err=True)
            context.exit(1)
        click.echo(_line(planned.backup))
        print_diff(planned.change.diff())
        if dry_run:
            return
        if not yes and not click.confirm(file_strings.CONFIRM_UNDO, err=True):
            context.exit(1)
        service.take_back(planned)
    click.echo(file_strings.UNDONE.format(path=safe(str(planned.backup.path))))


def _line(backup: Backup) -> str:
    note = f"  {file_strings.WAS_UNDONE}" if backup.is_undone else ""
    when = backup.when.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return f"{when}  {safe(str(backup.path))}  {file_strings.done(safe(backup.summary))}{note}"
