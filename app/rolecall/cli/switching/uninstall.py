"""`rolecall uninstall`: remove what rolecall has written, but nothing of AWS's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import click

from rolecall.cli.support import shell_scripts
from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.options import dry_run_option, no_lock_option, yes_option
from rolecall.cli.support.output import echo
from rolecall.cli.support.write import Writing, write_change
from rolecall.domain.config.file_change import Change
from rolecall.domain.shells import Shell
from rolecall.presentation.differences import difference
from rolecall.presentation.texts import shell_strings
from rolecall.presentation.texts.command_line import command_help
from rolecall.services.switching.shell_setup import ShellSetup
from rolecall.services.switching.uninstall import own_folders
from rolecall.services.switching.uninstall import uninstall as remove


@click.command(help=command_help.UNINSTALL)
@dry_run_option
@yes_option
@no_lock_option
def uninstall(*, dry_run: bool, yes: bool) -> None:
    with exit_on_error():
        folders = own_folders(os.environ)
        found = list(_set_up())
        changes = [(setup, change) for setup, change in found if change is not None]
        for setup, change in found:
            if change is None:
                echo(shell_strings.remove_by_hand(setup), err=True)
        if not (folders or changes):
            echo(shell_strings.NOTHING_TO_UNINSTALL)
            return
        writing = Writing(
            partial(remove, changes, folders.values()),
            "\n".join(difference(change) for _, change in changes),
            shell_strings.uninstalls(folders),
            shell_strings.CONFIRM_UNINSTALL,
            shell_strings.UNINSTALLED,
        )
        write_change(writing, dry_run=dry_run, yes=yes)


def _set_up() -> Iterator[tuple[ShellSetup, Change | None]]:
    """Yield each shell that loads rolecall, with the change that ends this; None if rolecall has
    not written the lines.
    """
    for shell in Shell:
        with suppress(KeyError):  # rolecall does not write the file of every shell
            setup = ShellSetup.of(shell, os.environ)
            texts = [shell_scripts.for_startup_file(shell, hook=hook) for hook in (False, True)]
            change = setup.plan_removal(texts)
            if change is not None or setup.loaded_at:
                yield setup, change
